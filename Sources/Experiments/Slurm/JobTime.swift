/// A job's time limit as Slurm writes it.
///
/// Minutes, MINUTES:SECONDS, HOURS:MINUTES:SECONDS, DAYS-HOURS, DAYS-HOURS:MINUTES or
/// DAYS-HOURS:MINUTES:SECONDS.
public struct JobTime: Sendable, Equatable {
  /// The forms that are understood.
  public static let forms =
    "MINUTES, HOURS:MINUTES:SECONDS or DAYS-HOURS, as in 90, 12:00:00 or 2-0"
  /// As it was written.
  public let text: String
  /// Its length.
  public let seconds: Int

  /// Understands a time limit.
  ///
  /// - Parameter text: The time; `nil` comes of what is no time, of none at all, which Slurm takes for no
  ///   limit, and of more than Slurm's counter of minutes holds.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count) else { return nil }
    let units = parts.count == 2 ? [3600, 60, 1] : JobTime.unitsWithoutDays(parts[0])
    let days = parts.count == 2 ? JobTime.number(parts[0]) : 0
    let fields = (parts.last ?? "").split(separator: ":", omittingEmptySubsequences: false)
    guard let days, fields.count <= units.count else { return nil }
    var seconds = days * 86_400
    for (field, unit) in zip(fields, units) {
      guard let number = JobTime.number(field) else { return nil }
      seconds += number * unit
    }
    guard seconds > 0 else { return nil }
    self.text = text
    self.seconds = seconds
  }

  /// What the fields count: a lone one and the first of two are minutes.
  private static func unitsWithoutDays(_ text: Substring) -> [Int] {
    text.filter { $0 == ":" }.count == 2 ? [3600, 60, 1] : [60, 1]
  }

  private static func number(_ text: Substring) -> Int? {
    guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(text) else { return nil }
    return number <= 1_000_000 ? number : nil
  }
}
