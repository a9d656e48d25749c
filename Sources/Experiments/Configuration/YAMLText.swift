import Yams

/// Reads YAML into a tree whose nodes know their lines.
///
/// Merge keys (`<<`) are carried out, and what a key beginning with `x-` holds at the top, for
/// anchors, is left out.
///
/// - Parameters:
///   - text: The YAML.
///   - source: What the text is called in messages.
/// - Returns: The tree; `nil` where there is only white space.
/// - Throws: ``ConfigurationError/malformed(place:problem:)`` with the line.
func parseYAML(_ text: String, source: String) throws(ConfigurationError) -> Node? {
  guard var node = try compose(text, source: source) else { return nil }
  if case .mapping(let mapping) = node {
    node = .mapping(
      mapping.rebuilt(mapping.filter { $0.key.string?.hasPrefix("x-") != true }.map { ($0, $1) }))
  }
  var aliases = AliasExpansion(source: source)
  return try aliases.expand(node)
}

private func compose(_ text: String, source: String) throws(ConfigurationError) -> Node? {
  let levels = mostLevels(text)
  if levels > 10_000 {
    throw .malformed(
      place: source, problem: "has anchors within anchors, for up to \(levels) levels of values")
  }
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

/// A bound on the levels of values within values, which are released one within the other: some
/// 50,000 of them would end the stack.
///
/// An alias brings all levels of its anchor with it, whose own values are no deeper than a line's
/// indentation and the brackets.
private func mostLevels(_ text: String) -> Int {
  var (anchors, indentation, brackets, deepest) = (0, 0, 0, 0)
  var (leading, begins, isAnchor) = (0, true, false)
  for byte in text.utf8 {
    if isAnchor, !" \n\r\t".utf8.contains(byte) { anchors += 1 }
    isAnchor = byte == UInt8(ascii: "&")
    switch byte {
    case UInt8(ascii: "\n"): (leading, begins) = (0, true)
    case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "?"):
      if begins { leading += 1 }
      indentation = max(indentation, leading)
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      (brackets, begins) = (brackets + 1, false)
      deepest = max(deepest, brackets)
    case UInt8(ascii: "]"), UInt8(ascii: "}"): (brackets, begins) = (brackets - 1, false)
    default: begins = false
    }
  }
  return anchors * (indentation + deepest + 1)
}

/// Replaces merge keys by what they stand for, within bounds that aliases of aliases would pass.
private struct AliasExpansion {
  private static let mostNodes = 1_000_000
  private static let mostLevels = 100
  let source: String
  private var nodes = 0

  init(source: String) { self.source = source }

  mutating func expand(_ node: Node, level: Int = 0) throws(ConfigurationError) -> Node {
    nodes += 1
    if nodes > AliasExpansion.mostNodes || level > AliasExpansion.mostLevels {
      throw .malformed(
        place: place(node),
        problem: "has more than \(AliasExpansion.mostNodes) values or \(AliasExpansion.mostLevels) "
          + "levels, aliases counted as what they stand for")
    }
    switch node {
    case .mapping(let mapping):
      var pairs: [(Node, Node)] = []
      for (key, value) in mapping where !key.isMerge {
        pairs.append((key, try expand(value, level: level + 1)))
      }
      for (key, value) in mapping where key.isMerge {
        try merge(expand(value, level: level + 1), at: key, into: &pairs)
      }
      return .mapping(mapping.rebuilt(pairs))
    case .sequence(let sequence):
      var items: [Node] = []
      for item in sequence { items.append(try expand(item, level: level + 1)) }
      return .sequence(Node.Sequence(items, sequence.tag, sequence.style, sequence.mark))
    case .scalar, .alias: return node
    }
  }

  /// Adds the keys of a map, or of several of which earlier ones win, that are not there yet.
  private func merge(
    _ value: Node, at key: Node, into pairs: inout [(Node, Node)]
  ) throws(ConfigurationError) {
    var names = Set(pairs.map(\.0.string))
    for item in value.sequence.map(Array.init) ?? [value] {
      guard let mapping = item.mapping else {
        throw .malformed(
          place: place(key), problem: "<< is followed by no map; expected one, or a list of them")
      }
      for (name, value) in mapping where names.insert(name.string).inserted {
        pairs.append((name, value))
      }
    }
  }

  private func place(_ node: Node) -> String { node.mark.map { "\(source):\($0.line)" } ?? source }
}

extension Node {
  /// Whether a key asks for what follows to be merged in.
  fileprivate var isMerge: Bool { scalar?.style == .plain && scalar?.string == "<<" }
}

extension Node.Mapping {
  /// The same with other pairs.
  fileprivate func rebuilt(_ pairs: [(Node, Node)]) -> Node.Mapping {
    Node.Mapping(pairs, tag, style, mark)
  }
}
