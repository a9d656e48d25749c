import Yams

/// Reads YAML into a tree whose nodes know their lines.
///
/// - Parameters:
///   - text: The YAML.
///   - source: What the text is called in messages.
/// - Returns: The tree; `nil` where there is only white space.
/// - Throws: ``ConfigurationError/malformed(place:problem:)`` with the line.
func parseYAML(_ text: String, source: String) throws(ConfigurationError) -> Node? {
  do {
    return try Yams.compose(yaml: text)
  } catch let error as YamlError {
    throw .malformed(place: place(of: error, source: source), problem: problem(of: error))
  } catch {
    throw .malformed(place: source, problem: "not valid YAML: \(error)")
  }
}

private func place(of error: YamlError, source: String) -> String {
  switch error {
  case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
    "\(source):\(mark.line)"
  case .duplicatedKeysInMapping(_, let context): "\(source):\(context.mark.line)"
  default: source
  }
}

private func problem(of error: YamlError) -> String {
  switch error {
  case .scanner(_, let problem, _, _), .parser(_, let problem, _, _),
    .composer(_, let problem, _, _), .reader(let problem, _, _, _):
    "not valid YAML: \(problem)"
  case .duplicatedKeysInMapping(let duplicates, _):
    "\(duplicates.joined(separator: ", ")) is given twice, first here"
  default: "not valid YAML: \(error)"
  }
}
