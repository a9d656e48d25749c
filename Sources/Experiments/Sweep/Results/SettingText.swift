import Foundation

/// The values of settings as tables for people show them; spreadsheets have them whole.
enum SettingText {
  /// The most characters of a text.
  private static let most = 40

  /// A setting with few digits: a search draws numbers with seventeen.
  ///
  /// - Parameters:
  ///   - key: The setting's path; seeds keep all digits.
  ///   - settings: The texts of a trial's settings.
  /// - Returns: `–` for a setting that does not apply.
  static func short(_ key: String, in settings: [String: String]) -> String {
    guard let text = settings[key] else { return "–" }
    if key != "seed", text.count > 8, Int(text) == nil, let number = Double(text), number.isFinite {
      return String(format: "%.5g", number)
    }
    return text.count > most ? "\(text.prefix(most - 1))…" : text
  }
}
