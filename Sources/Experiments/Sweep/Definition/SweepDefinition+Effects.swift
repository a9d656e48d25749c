extension SweepDefinition {
  /// How many combinations of the values that decide about effects are looked at.
  private static let mostCombinations = 1000

  /// Refuses given values and axes that change nothing in any trial, and axes whose trials would be
  /// equal.
  ///
  /// Whether a key has an effect depends on few others; of their axes all combinations are tried.
  ///
  /// - Returns: What is to be said.
  /// - Throws: ``ConfigurationError``.
  func checkEffects() throws(ConfigurationError) -> [String] {
    let effects = (givenKeys + axes.flatMap(\.keys)).flatMap(KeyEffect.about)
    let deciders = Set(effects.flatMap(\.deciders))
    guard !effects.isEmpty else { return [] }
    let isDeciding = axes.map { axis in axis.keys.contains(where: deciders.contains) }
    let combinations = combinations { isDeciding[$0] }
    var idle: [UnusedValue]?
    var seen: [String: [String: String]] = [:]
    for point in combinations.prefix(SweepDefinition.mostCombinations) {
      let (used, settings) = settings(of: 0, at: point)
      // What no trial may have is said where trials are planned.
      guard let found = try? configuration(settings, unused: .kept) else { continue }
      idle = (idle ?? found.unused).filter { earlier in
        found.unused.contains { $0.key == earlier.key }
      }
      for (place, axis) in axes.enumerated() where used[place] != nil && !isDeciding[place] {
        try checkDiffers(axis, in: found)
      }
      let spelling = try configuration(settings).identifying
      if let other = seen.updateValue(settings, forKey: spelling) {
        let words = [other, settings].map { settings in
          keys.compactMap { key in settings[key].map { "\(key)=\($0)" } }.joined(separator: " ")
        }
        throw .malformed(
          place: axes[isDeciding.firstIndex(of: true) ?? 0].place,
          problem: "trials would be equal: those with \(words[0]) and with \(words[1])")
      }
    }
    guard combinations.count <= SweepDefinition.mostCombinations, let idle else { return [] }
    if let first = idle.first(where: { !$0.isExcused }) {
      let axis = axes.first { $0.keys.contains(first.key) }
      throw axis.map { first.error.moved(to: $0.place) } ?? first.error
    }
    return UnusedValue.notes(idle)
  }

  /// What is to be said of random points that must be equal.
  var equalPoints: [String] {
    guard settings.searcher != .grid else { return [] }
    var different = 1
    for axis in axes {
      guard let count = axis.distinctCount, different <= pointCount else { return [] }
      different = different.multipliedReportingOverflow(by: count).partialValue
    }
    guard different < pointCount else { return [] }
    return [
      "sweep.points is \(pointCount), and the axes have \(different) different points: trials will be equal"
    ]
  }

  /// The coordinates of all combinations of some axes' choices, with the first choice of the
  /// others.
  private func combinations(_ isVaried: (Int) -> Bool) -> [[Double]] {
    let given = Dictionary(base.values.map { ($0.key, $0.text) }) { $1 }
    var points: [(coordinates: [Double], settings: [String: String])] = [([], [:])]
    for (place, axis) in axes.enumerated() {
      points = points.flatMap { point in
        let applies = axis.applies { point.settings[$0] ?? given[$0] }
        let count = axis.count ?? 1
        return (0..<(applies && isVaried(place) ? count : 1)).map { choice in
          let u = axis.count == nil ? 0.5 : Axis.coordinate(of: choice, among: count)
          let chosen = applies ? Array(zip(axis.keys, axis.texts(at: u))) : []
          return (point.coordinates + [u], point.settings.merging(chosen) { $1 })
        }
      }
      if points.count > SweepDefinition.mostCombinations {
        points.removeLast(points.count - SweepDefinition.mostCombinations - 1)
      }
    }
    return points.map(\.coordinates)
  }

  /// Sees whether an axis' choices make different trials where other settings are as they are.
  private func checkDiffers(
    _ axis: Axis, in trial: ResolvedConfiguration
  ) throws(ConfigurationError) {
    let missing = axis.keys.map { KeyEffect.missing(for: $0, in: trial.run, purpose) }
    let live = axis.keys.indices.filter { missing[$0] == nil }
    let isDifferent =
      switch axis.domain {
      case .law: !live.isEmpty
      case .choices(let choices):
        Set(choices.map { texts in live.map { YAMLReading.canonical(texts[$0]) } }).count
          == choices.count
      }
    guard !isDifferent, let idle = missing.firstIndex(where: { $0 != nil }) else { return }
    let texts = Dictionary(trial.values.map { ($0.key, $0.text) }) { $1 }
    let needs = missing[idle]?.phrase { texts[$0] ?? "missing" } ?? ""
    throw .malformed(
      place: axis.place,
      problem: "trials would be equal: \(axis.keys[idle]) has no effect, it needs \(needs); "
        + "'when' says which trials have an axis")
  }
}

extension Axis {
  /// The number of different values, if there are only so many.
  fileprivate var distinctCount: Int? {
    switch domain {
    case .choices(let choices): choices.count
    case .law(.integer(let low, let high)): high - low + 1
    case .law: nil
    }
  }
}

extension ResolvedConfiguration {
  /// A text that only a configuration of the same run has.
  var identifying: String {
    values.map { key, text in "\(key)=\(ConfigurationRules.spelling(text, of: key))" }
      .joined(separator: "\n")
  }
}
