/// What a scalar is in one version of YAML.
enum YAMLReading: Equatable {
  case number(Double)
  case truth(Bool)
  case text

  /// What versions 1.1 and 1.2 make of a value, where that is not the same.
  ///
  /// `1e-3` is a number here: version 1.1 takes it for a text, as it has no point, and nobody means
  /// one.
  ///
  /// - Parameter text: The value.
  /// - Returns: Both readings, and how what is meant is to be written; `nil` where they agree.
  static func conflict(_ text: String) -> (readings: String, spelling: String)? {
    guard !isOrdinary(text), common(text) == nil else { return nil }
    let (old, new) = (version11(text), version12(text))
    if old == new || old == .text && text.wholeMatch(of: exponential) != nil { return nil }
    let spellings = [old.spelling, new.spelling].compactMap { $0 }
    return (
      "\(old.spelling ?? "a text") in YAML 1.1 and \(new.spelling ?? "a text") in YAML 1.2",
      spellings.joined(separator: " or ")
    )
  }

  /// The number that a text is in all versions.
  ///
  /// - Parameter text: The value.
  /// - Returns: The number, which may be infinite; `nil` where it is none.
  static func number(_ text: String) -> Double? {
    guard conflict(text) == nil, case .number(let value) = version12(text) else { return nil }
    return value
  }

  /// The whole number that a text is, also as `2e1` or `20.0`.
  ///
  /// - Parameter text: The value.
  /// - Returns: The number; `nil` where it is not one exactly.
  static func wholeNumber(_ text: String) -> Int? {
    if let digits = Int(text) { return conflict(text) == nil ? digits : nil }
    // Above 2⁵³ a Double may be another whole number than the text.
    return number(text).flatMap { abs($0) < 0x1p53 ? Int(exactly: $0) : nil }
  }

  /// Whether a value is neither a number nor a truth value.
  static func isText(_ text: String) -> Bool { !isDigits(text) && version12(text) == .text }

  /// One spelling for all spellings of a value.
  ///
  /// - Parameter text: The value.
  /// - Returns: The same for `1`, `1.0` and `1e0`; a text as it is.
  static func canonical(_ text: String) -> String {
    wholeNumber(text).map { "\($0)" } ?? version12(text).spelling ?? text
  }

  /// Whether two texts are the same value, however they are spelt.
  static func isSame(_ a: String, _ b: String) -> Bool { a == b || canonical(a) == canonical(b) }

  /// How the value is written for all versions; `nil` of a text.
  private var spelling: String? {
    switch self {
    case .number(let value): Int(exactly: value).map { "\($0)" } ?? "\(value)"
    case .truth(let value): "\(value)"
    case .text: nil
    }
  }

  /// Whether a text is a word, or digits: nearly all are, and no expression need be tried.
  private static func isOrdinary(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return true }
    return isDigits(text)
      || !".+-0123456789".utf8.contains(first) && !yes.contains(text) && !no.contains(text)
  }

  /// Whether a text is digits with at most a point, and no zero before others.
  private static func isDigits(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return parts.count <= 2 && parts.allSatisfy { $0.allSatisfy(digits.contains) }
      && !parts[0].isEmpty && (parts[0].count == 1 || parts[0].first != digits.lowerBound)
  }

  // The expressions of version 1.1's types (yaml.org/type) and of version 1.2's core schema.
  private nonisolated(unsafe) static let exponential =
    /[-+]?(0|[1-9][0-9]*|[0-9]+\.[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+/
  private nonisolated(unsafe) static let special = /([-+]?)\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN/
  private nonisolated(unsafe) static let integer11 =
    /([-+]?)(?:0b([01_]+)|0x([0-9a-fA-F_]+)|0([0-7_]+)|(0|[1-9][0-9_]*))/
  private nonisolated(unsafe) static let sexagesimal11 =
    /([-+]?)([0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)/
  private nonisolated(unsafe) static let decimal11 =
    /[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?/
  private nonisolated(unsafe) static let integer12 = /0o([0-7]+)|0x([0-9a-fA-F]+)/
  private nonisolated(unsafe) static let decimal12 =
    /[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?/
  private static let yes: Set = ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"]
  private static let no: Set = ["n", "N", "no", "No", "NO", "off", "Off", "OFF"]

  /// What both versions have: truth values, infinities and what is not a number.
  private static func common(_ text: String) -> YAMLReading? {
    switch text {
    case "true", "True", "TRUE": return .truth(true)
    case "false", "False", "FALSE": return .truth(false)
    default: break
    }
    guard let match = text.wholeMatch(of: special) else { return nil }
    guard let sign = match.1 else { return .number(.nan) }
    return .number(sign == "-" ? -.infinity : .infinity)
  }

  private static func version11(_ text: String) -> YAMLReading {
    if yes.contains(text) { return .truth(true) }
    if no.contains(text) { return .truth(false) }
    if let match = text.wholeMatch(of: integer11) {
      let sign = match.1 == "-" ? -1.0 : 1
      for (digits, base) in [(match.2, 2.0), (match.3, 16), (match.4, 8), (match.5, 10)] {
        if let digits { return .number(sign * value(digits, base: base)) }
      }
    }
    if let match = text.wholeMatch(of: sexagesimal11) {
      let parts = match.2.split(separator: ":").map { Double($0.filter { $0 != "_" }) ?? 0 }
      return .number((match.1 == "-" ? -1 : 1) * parts.reduce(0) { $0 * 60 + $1 })
    }
    guard text.wholeMatch(of: decimal11) != nil else { return .text }
    return Double(text.filter { $0 != "_" }).map { .number($0) } ?? .text
  }

  private static func version12(_ text: String) -> YAMLReading {
    if let common = common(text) { return common }
    if let match = text.wholeMatch(of: integer12) {
      if let digits = match.1 { return .number(value(digits, base: 8)) }
      if let digits = match.2 { return .number(value(digits, base: 16)) }
    }
    guard text.wholeMatch(of: decimal12) != nil else { return .text }
    return Double(text).map { .number($0) } ?? .text
  }

  private static func value(_ digits: Substring, base: Double) -> Double {
    digits.filter { $0 != "_" }.reduce(0) { $0 * base + Double($1.hexDigitValue ?? 0) }
  }
}
