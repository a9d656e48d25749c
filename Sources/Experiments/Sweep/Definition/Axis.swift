/// One direction in which trials of a sweep differ.
struct Axis: Sendable, Equatable {
  /// What there is to choose from.
  enum Domain: Sendable, Equatable {
    /// Some values: of each choice the text of each key.
    case choices([[String]])
    /// A law.
    case law(AxisLaw)
  }

  /// When an axis applies: if a key has one of some values.
  struct Condition: Sendable, Equatable {
    let key: String
    let texts: [String]
  }

  /// The key paths; several, which go together, if zipped.
  let keys: [String]
  /// What there is to choose from.
  let domain: Domain
  /// All must hold.
  let conditions: [Condition]
  /// Where it stands, for messages.
  let place: String

  /// The number of choices; `nil` for a law.
  var count: Int? { if case .choices(let choices) = domain { choices.count } else { nil } }

  /// The coordinate of a choice: the middle of its share of the unit interval.
  static func coordinate(of choice: Int, among count: Int) -> Double {
    (Double(choice) + 0.5) / Double(count)
  }

  /// The texts of the keys at a coordinate.
  ///
  /// - Parameter u: From 0 to 1.
  /// - Returns: A text for each of ``keys``.
  func texts(at u: Double) -> [String] {
    switch domain {
    case .choices(let choices): choices[min(choices.count - 1, Int(u * Double(choices.count)))]
    case .law(let law): [law.text(at: u)]
    }
  }

  /// Whether the axis applies where settings are chosen so far.
  ///
  /// - Parameter text: The text of a key.
  /// - Returns: Whether all conditions hold.
  func applies(_ text: (String) -> String?) -> Bool {
    conditions.allSatisfy { condition in
      text(condition.key).map { text in
        condition.texts.contains { YAMLReading.isSame($0, text) }
      } ?? false
    }
  }
}
