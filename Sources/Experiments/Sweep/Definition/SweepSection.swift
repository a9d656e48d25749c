import Foundation
import Yams

/// The section `sweep` of a file, while it is read.
struct SweepSection {
  private var tree: ConfigurationTree
  private let lists: [String: ConfigurationTree.Leaf]
  private let source: String

  /// The keys that may be lists.
  private static let listKeys = ["sweep.axes", "sweep.seeds", "sweep.metrics"]

  /// Whether a word of the command line is about the section.
  static func isAbout(_ word: String) -> Bool { word.hasPrefix("sweep.") }

  /// Takes the section out of a file.
  ///
  /// - Parameters:
  ///   - file: The file's tree, which is left with the run's own keys.
  ///   - source: What it is called in messages.
  ///   - overrides: Words of the command line.
  /// - Throws: ``ConfigurationError``.
  init(
    _ file: inout ConfigurationTree, source: String, overrides: [String]
  ) throws(ConfigurationError) {
    guard
      file.keys.contains(where: SweepSection.isAbout)
        || overrides.contains(where: SweepSection.isAbout)
    else {
      throw .malformed(
        place: file["sweep"]?.place ?? source,
        problem: "expected a section sweep with keys, as axes; it makes a sweep of a run")
    }
    if let word = overrides.first(where: { $0.hasPrefix("sweep.base=") }) {
      throw .malformed(place: "command line", problem: "\(word): the base is named by the file")
    }
    var given = file.take(section: "sweep")
    var lists: [String: ConfigurationTree.Leaf] = [:]
    for key in SweepSection.listKeys { lists[key] = given.take(key) }
    tree = try ConfigurationTree(defaultSweep, source: "defaults", isGiven: false)
    self.source = source
    for key in given.keys where tree[key] == nil && !tree.sections.contains(key) {
      let known = tree.keys + SweepSection.listKeys
      throw .unknownKey(
        place: given[key]?.place ?? source, key: key,
        nearest: nearestKeyPath(to: key, among: known),
        known: known)
    }
    try tree.merge(given)
    for word in overrides where SweepSection.isAbout(word) {
      let key = String(word.prefix { $0 != "=" })
      guard SweepSection.listKeys.contains(key) else {
        try tree.override(word)
        continue
      }
      let text = String(word.dropFirst(key.count + 1))
      guard let node = try parseYAML(text, source: "command line") else {
        throw .malformedOverride(word)
      }
      lists[key] = ConfigurationTree.Leaf(node: node, place: "command line")
    }
    self.lists = lists
  }

  /// Keys of texts, which are neither numbers nor truth values.
  private static let words: Set = [
    "sweep.searcher", "sweep.scheduler", "sweep.direction", "sweep.objective", "sweep.trial_time",
    "sweep.on_trial_failure",
  ]

  /// The single values.
  mutating func settings() throws(ConfigurationError) -> SweepSettings {
    try ConfigurationRules.checkTexts(tree, paths: ["sweep.base"], words: SweepSection.words)
    for (key, choices) in SweepSection.choices {
      if let leaf = tree[key] { try choices.check(key, leaf) }
    }
    if let leaf = tree["sweep.on_trial_failure"], FailurePolicy(leaf.text) == nil {
      throw .invalidValue(
        place: leaf.place, key: "sweep.on_trial_failure", found: leaf.text,
        expected: "retry N with N from 1 to 1000, skip or abort")
    }
    while true {
      do {
        return try YAMLDecoder().decode([String: SweepSettings].self, from: tree.node())["sweep"]
          ?? { throw ConfigurationError.malformed(place: source, problem: "no section sweep") }()
      } catch let error as DecodingError {
        guard ConfigurationRules.writeOut(error, in: &tree) else {
          throw ConfigurationRules.invalid(error, tree)
        }
      } catch {
        throw .malformed(place: source, problem: "\(error)")
      }
    }
  }

  private static let choices: [(String, ConfigurationChoices)] = [
    ("sweep.searcher", ConfigurationChoices(SweepSettings.Searcher.self)),
    ("sweep.scheduler", ConfigurationChoices(SweepSettings.Scheduler.self)),
    ("sweep.direction", ConfigurationChoices(SweepDirection.self)),
  ]

  /// The axes.
  func axes(keys: [String]) throws(ConfigurationError) -> [Axis] {
    guard let leaf = lists["sweep.axes"], !leaf.isNull else { return [] }
    return try Axis.axes(leaf.node, source: source, keys: keys)
  }

  /// The seeds: so many from the run's own, or those of a list.
  func seeds(from first: UInt32) throws(ConfigurationError) -> [UInt32] {
    guard let leaf = lists["sweep.seeds"] else { return [first] }
    let scalars = (leaf.node.sequence.map(Array.init) ?? [leaf.node]).compactMap(\.scalar)
    for scalar in scalars { try ConfigurationRules.checkNumber("sweep.seeds", scalar, leaf.place) }
    let numbers = scalars.compactMap { YAMLReading.wholeNumber($0.string) }
      .compactMap { UInt32(exactly: $0) }
    if let sequence = leaf.node.sequence {
      if numbers.count == sequence.count, !numbers.isEmpty, Set(numbers).count == numbers.count {
        return numbers
      }
    } else if let count = numbers.first, (1...100_000).contains(count),
      first <= UInt32.max - count
    {
      return (0..<count).map { first + $0 }
    }
    throw .invalidValue(
      place: leaf.place, key: "sweep.seeds", found: leaf.text,
      expected: "how many, or a list of different whole numbers from 0 to 4294967295")
  }

  /// What is to be computed of finished trials, the objective included.
  func metrics(objective: String?) throws(ConfigurationError) -> [String] {
    var names: [String] = []
    if let leaf = lists["sweep.metrics"], !leaf.isNull {
      names = leaf.node.sequence?.compactMap { $0.scalar?.string } ?? [leaf.text]
      try check(names, leaf, key: "sweep.metrics")
    }
    guard let objective else { return names }
    let leaf =
      tree["sweep.objective"] ?? ConfigurationTree.Leaf(node: Node(objective), place: source)
    guard MetricGroup.allCases.contains(where: { $0.metrics.contains(objective) }) else {
      let known = MetricGroup.allCases.flatMap(\.metrics)
      throw .invalidValue(
        place: leaf.place, key: "sweep.objective", found: objective,
        expected: "a metric of shoal evaluate"
          + (nearestName(to: objective, among: known).map { "; did you mean \($0)?" } ?? ""))
    }
    let isStandard = MetricGroup.standard.metrics.contains(objective)
    return isStandard || names.contains(objective) ? names : names + [objective]
  }

  private func check(
    _ names: [String], _ leaf: ConfigurationTree.Leaf, key: String
  ) throws(ConfigurationError) {
    do {
      _ = try MetricGroup.selection(names)
    } catch {
      throw .invalidValue(
        place: leaf.place, key: key, found: names.joined(separator: ", "),
        expected: "metrics of shoal evaluate (\(error))")
    }
  }

  /// Checks numbers against bounds, and values against one another.
  func check(
    _ settings: SweepSettings, axes: [Axis], seeds: [UInt32]
  ) throws(ConfigurationError) {
    let isGrid = settings.searcher == .grid
    let rules: [(key: String, expected: String, holds: Bool)] = [
      ("points", "null, as a grid has all points", !isGrid || settings.points == nil),
      (
        "points", "how many trials to choose, from 1 to 1000000",
        isGrid || settings.points.map { (1...1_000_000).contains($0) } ?? false
      ),
      ("first_epochs", "from 1 to 10000000", (1...10_000_000).contains(settings.firstEpochs)),
      ("factor", "from 2 to 1000", (2...1000).contains(settings.factor)),
      ("ranks_per_trial", "from 1 to 4096", (1...4096).contains(settings.ranksPerTrial)),
      ("lease", "from 30 to 86400 seconds", (30...86400).contains(settings.lease)),
      (
        "trial_time", "a time as 90s, 30, 12:00:00 or 2-0, or null",
        settings.trialTime.map { TimeLimit.duration($0) != nil } ?? true
      ),
      (
        "deterministic", "false, as only asha has the choice",
        !settings.deterministic || settings.scheduler == .asha
      ),
      (
        "searcher", "another searcher than sobol for more than 32 axes",
        settings.searcher != .sobol || axes.count <= 32
      ),
    ]
    if seeds.count > 1_000_000 / max(1, isGrid ? 1 : settings.points ?? 1) {
      throw .malformed(
        place: source, problem: "points times seeds are more than 1000000 trials")
    }
    for rule in rules where !rule.holds {
      let leaf = tree["sweep.\(rule.key)"]
      throw .invalidValue(
        place: leaf.map { $0.isGiven ? $0.place : source } ?? source, key: "sweep.\(rule.key)",
        found: leaf?.text ?? "missing",
        expected: rule.expected)
    }
    try checkEffects(settings)
    if seeds.count > 1, axes.contains(where: { $0.keys.contains("seed") }) {
      throw .malformed(place: source, problem: "seed has an axis, and sweep.seeds names several")
    }
  }

  /// Refuses values that change nothing.
  private func checkEffects(_ settings: SweepSettings) throws(ConfigurationError) {
    let defaults = try ConfigurationTree(defaultSweep, source: "defaults", isGiven: false)
    let needs: [(key: String, needs: String, by: String, isMet: Bool)] = [
      ("seed", "random, sobol or tpe", "searcher", settings.searcher != .grid),
      ("first_epochs", "asha, hyperband or median", "scheduler", settings.scheduler != .none),
      (
        "factor", "asha or hyperband", "scheduler",
        [.asha, .hyperband].contains(settings.scheduler)
      ),
    ]
    for (key, needs, decider, isMet) in needs where !isMet {
      guard let leaf = tree["sweep.\(key)"], leaf.isGiven,
        !YAMLReading.isSame(leaf.text, defaults["sweep.\(key)"]?.text ?? "")
      else { continue }
      throw .withoutEffect(
        place: leaf.place, key: "sweep.\(key)", found: leaf.text,
        needs: "\(needs) (sweep.\(decider) is \(tree["sweep.\(decider)"]?.text ?? "missing"))")
    }
  }
}
