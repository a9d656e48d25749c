import Foundation

/// Texts and numbers as the JSON that Python writes, byte for byte.
enum PythonJSON {
  /// Returns a number with the fewest digits that read back as the same.
  ///
  /// Python reads and writes three words that are not JSON, for what is not finite.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return "\(value)"
  }

  /// Returns a text in quotes, in ASCII alone.
  static func quoted(_ text: String) -> String {
    "\"" + text.utf16.map(escaped).joined() + "\""
  }

  private static func escaped(_ unit: UInt16) -> String {
    if let short = shortForms[unit] { return short }
    if (0x20..<0x7F).contains(unit) { return String(UnicodeScalar(UInt8(unit))) }
    return String(format: "\\u%04x", Int(unit))
  }

  private static let shortForms: [UInt16: String] = [
    0x22: #"\""#, 0x5C: #"\\"#, 0x08: #"\b"#, 0x09: #"\t"#, 0x0A: #"\n"#, 0x0C: #"\f"#,
    0x0D: #"\r"#,
  ]
}
