/// A value that was given and changes nothing.
struct UnusedValue {
  let key: String
  let place: String
  let text: String
  /// What the key would need.
  let needs: String
  /// Whether a file has it, in which it has an effect until the command line changes something
  /// else.
  var isExcused = false

  /// What is wrong, where it is not excused.
  var error: ConfigurationError {
    .withoutEffect(place: place, key: key, found: text, needs: needs)
  }

  /// The value, excused if it has an effect in a configuration without the command line's words.
  func judged(by alone: ResolvedConfiguration?) -> UnusedValue {
    guard let alone, place != "command line" else { return self }
    var copy = self
    copy.isExcused = !alone.unused.contains { $0.key == key }
    return copy
  }

  /// What is to be said of excused values: a line for all that need the same.
  static func notes(_ values: [UnusedValue]) -> [String] {
    var notes: [(needs: String, keys: [String])] = []
    for value in values where value.isExcused {
      if let index = notes.firstIndex(where: { $0.needs == value.needs }) {
        notes[index].keys.append(value.key)
      } else {
        notes.append((value.needs, [value.key]))
      }
    }
    return notes.map { "without effect: \($0.keys.joined(separator: ", ")), of \($0.needs)" }
  }
}

extension ResolvedConfiguration {
  /// What is to be said before a run begins.
  public var notes: [String] { UnusedValue.notes(unused) }
}
