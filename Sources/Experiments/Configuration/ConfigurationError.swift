public import MPI

/// Why a configuration cannot be used.
public enum ConfigurationError: ExitCoded, Equatable, CustomStringConvertible {
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// The text is no YAML, or not of keys with values.
  case malformed(place: String, problem: String)
  /// A key that does not exist, with the key that was probably meant, else all of its section.
  case unknownKey(place: String, key: String, nearest: String?, known: [String])
  /// A value that does not suit its key.
  case invalidValue(place: String, key: String, found: String, expected: String)
  /// A value that changes nothing, as other values are what they are.
  case withoutEffect(place: String, key: String, found: String, needs: String)
  /// A word on the command line that is no `key.path=value`.
  case malformedOverride(String)
  /// A run folder that holds a run of another configuration.
  case differs(path: String, differences: [String])

  /// The exit code of sysexits: 66 for a missing file, else 78.
  public var exitCode: Int32 {
    if case .unreadable = self { 66 } else { 78 }
  }

  /// One line that says what was found, what was expected and where.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .malformed(let place, let problem): "\(place): \(problem)"
    case .unknownKey(let place, let key, let nearest, let known):
      "\(place): there is no key \(key); "
        + (nearest.map { "did you mean \($0)?" } ?? "known are \(known.joined(separator: ", "))")
    case .invalidValue(let place, let key, let found, let expected):
      "\(place): \(key) is \(found); expected \(expected)"
    case .withoutEffect(let place, let key, let found, let needs):
      "\(place): \(key) is \(found), which has no effect: it needs \(needs)"
    case .malformedOverride(let word):
      "command line: '\(word)' is not of the form key.path=value"
    case .differs(let path, let differences):
      "\(path) holds a run with other settings (\(differences.joined(separator: "; "))): "
        + "choose another --run-dir, or give it the same settings"
    }
  }
}
