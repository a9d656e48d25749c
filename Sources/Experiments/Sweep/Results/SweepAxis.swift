import Reporting

/// A setting that differs between trials, as charts show it: its texts as numbers, or as categories.
struct SweepAxis {
  let key: String
  let scale: ChartScale
  /// By the texts of the setting.
  private let values: [String: Double]

  /// Looks at the values of a setting.
  ///
  /// It is a number where all its texts are finite ones; a seed is a name all the same, as its size means nothing.
  ///
  /// - Parameters:
  ///   - key: The setting's path.
  ///   - trials: The trials.
  init(_ key: String, of trials: [TrialResult]) {
    self.key = key
    let texts = trials.compactMap { $0.settings[key] }.reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    let numbers = texts.map { SweepAxis.number($0) }
    if key != "seed", !texts.isEmpty, !numbers.contains(nil) {
      values = Dictionary(uniqueKeysWithValues: zip(texts, numbers.compactMap { $0 }))
      scale = ChartScale(fitting: numbers.compactMap { $0 })
    } else {
      let ordered = SweepAxis.ordered(texts)
      values = Dictionary(
        uniqueKeysWithValues: ordered.enumerated().map { ($0.element, Double($0.offset)) })
      scale = .categories(ordered)
    }
  }

  /// Where a trial lies on the axis; `nil` where the setting does not apply to it.
  func value(of trial: TrialResult) -> Double? { trial.settings[key].flatMap { values[$0] } }

  private static func number(_ text: String) -> Double? {
    Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  /// Numbers by size, then words in the order of the trials.
  private static func ordered(_ texts: [String]) -> [String] {
    let numbers = texts.filter { number($0) != nil }
    return numbers.sorted { (number($0) ?? 0) < (number($1) ?? 0) }
      + texts.filter { number($0) == nil }
  }
}
