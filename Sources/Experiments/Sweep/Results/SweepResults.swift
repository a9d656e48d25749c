/// What a sweep has come to so far: what tables and pages show of it.
struct SweepResults: Sendable {
  /// The sweep's name.
  let name: String
  /// The metric by which trials are compared.
  let objective: String
  /// Which of two objectives is the better one.
  let direction: SweepDirection
  /// The key paths whose values differ between trials, in the order of the sweep file; `seed` is last
  /// where there are several.
  let axes: [String]
  /// All trials that have been decided on, in the order of their numbers.
  let trials: [TrialResult]
}

/// Which of two objectives is the better one.
enum SweepDirection: String, Codable, Sendable, CaseIterable {
  /// The smaller one.
  case minimize
  /// The larger one.
  case maximize

  /// Compares two objectives.
  func isBetter(_ a: Double, than b: Double) -> Bool { self == .minimize ? a < b : a > b }
}
