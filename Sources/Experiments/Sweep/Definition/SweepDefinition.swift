import Datasets
import Foundation
import Models

/// Which trials a sweep has, and how it goes about them.
public struct SweepDefinition {
  /// What the sweep is called: its file, without the ending.
  public let name: String
  /// The single values of the section `sweep`.
  let settings: SweepSettings
  /// What differs between points.
  let axes: [Axis]
  /// The seeds of the runs at each point.
  let seeds: [UInt32]
  /// What is computed of finished trials besides the standard metrics.
  let metrics: [String]
  /// The run that all trials start from, without the axes.
  let base: ResolvedConfiguration
  /// The metric by which trials are compared: where the file names none, what models of the first
  /// trial's family minimize.
  private(set) var objective = ""
  /// What is to be said before the sweep begins.
  private(set) var notes: [String] = []
  private let files: [ConfigurationTree]
  private let overrides: [String]
  /// All words of the command line.
  private let words: [String]
  let source: String
  private let fileText: String
  /// The points of a grid, as coordinates.
  private let grid: [[Double?]]

  /// Reads a sweep and checks all that can be known before it begins.
  ///
  /// - Parameters:
  ///   - file: The texts.
  ///   - overrides: Words `key.path=value`, of the run or of `sweep`, which win over the files.
  /// - Throws: ``ConfigurationError`` for the first thing that is wrong.
  public init(_ file: SweepFile, overrides: [String]) throws(ConfigurationError) {
    source = file.path
    fileText = file.text
    name = ResolvedConfiguration.name(of: file.path)
    var own = try ConfigurationTree(file.text, source: file.path)
    var section = try SweepSection(&own, source: file.path, overrides: overrides)
    settings = try section.settings()
    words = overrides
    self.overrides = overrides.filter { !SweepSection.isAbout($0) }
    var files = [own]
    if let basePath = file.basePath, let baseText = file.baseText {
      files.insert(try ConfigurationTree(baseText, source: basePath), at: 0)
    }
    self.files = files
    base = try ResolvedConfiguration(
      files, source: file.path, overrides: self.overrides, unused: .kept)
    axes = try section.axes(keys: base.values.map(\.key))
    seeds = try section.seeds(from: base.run.seed)
    metrics = try section.metrics(objective: settings.objective)
    for word in self.overrides {
      guard let axis = axes.first(where: { $0.keys.contains(String(word.prefix { $0 != "=" })) })
      else { continue }
      throw .malformed(
        place: "command line", problem: "\(word): the sweep has an axis of that key (\(axis.place))"
      )
    }
    grid = settings.searcher == .grid ? try SweepDefinition.grid(axes, base) : []
    try section.check(settings, axes: axes, seeds: seeds)
    notes = try checkEffects() + equalPoints
    let first = try? configuration(settings(of: 0, at: probes[0]).settings)
    let isSparseCoding = (first ?? base).run.model.family.isSparseCoding
    objective = settings.objective ?? (isSparseCoding ? "energy" : "nelbo")
  }

  /// The number of points.
  var pointCount: Int { settings.searcher == .grid ? grid.count : settings.points ?? 0 }

  /// The number of trials.
  public var trialCount: Int { pointCount * seeds.count }

  /// The number of ranks that train a trial together.
  public var ranksPerTrial: Int { settings.ranksPerTrial }

  /// The key paths by which trials differ, in the order of tables.
  var keys: [String] { axes.flatMap(\.keys) + (seeds.count > 1 ? ["seed"] : []) }

  /// The coordinates of a point of a grid; where an axis does not apply, any.
  func gridPoint(_ point: Int) -> [Double] { grid[point].map { $0 ?? 0.5 } }

  /// What a trial's settings are.
  ///
  /// - Parameters:
  ///   - number: The trial's number.
  ///   - coordinates: Those of its point.
  /// - Returns: The coordinates of the axes that apply, and the texts by key path.
  func settings(
    of number: Int, at coordinates: [Double]
  ) -> (coordinates: [Double?], settings: [String: String]) {
    var settings: [String: String] = [:]
    var used: [Double?] = []
    let given = Dictionary(base.values.map { ($0.key, $0.text) }) { $1 }
    for (axis, u) in zip(axes, coordinates) {
      guard axis.applies({ settings[$0] ?? given[$0] }) else {
        used.append(nil)
        continue
      }
      used.append(u)
      for (key, text) in zip(axis.keys, axis.texts(at: u)) { settings[key] = text }
    }
    if seeds.count > 1 { settings["seed"] = "\(seeds[number % seeds.count])" }
    return (used, settings)
  }

  /// Completes the configuration of a trial.
  ///
  /// - Parameters:
  ///   - settings: Its texts by key path.
  ///   - further: Words `key.path=value` that win over them.
  ///   - unused: What becomes of values that change nothing in this trial, though they may in
  ///     others.
  /// - Returns: The configuration.
  /// - Throws: ``ConfigurationError`` that names the axis.
  func configuration(
    _ settings: [String: String], further: [String] = [],
    unused: ResolvedConfiguration.Unused = .dropped
  ) throws(ConfigurationError) -> ResolvedConfiguration {
    let words = keys.compactMap { key in settings[key].map { "\(key)=\($0)" } }
    do throws(ConfigurationError) {
      return try ResolvedConfiguration(
        files, source: source, overrides: overrides + words + further, for: purpose,
        unused: unused)
    } catch {
      let place = axes.first { axis in axis.keys.contains { "\(error)".contains($0) } }?.place
      let trial = words.joined(separator: " ")
      throw error.moved(to: "\(place ?? source), of the trial with \(trial)")
    }
  }

  /// What trials are for.
  var purpose: ConfigurationPurpose {
    var purpose = ConfigurationPurpose.training
    // Both have been checked.
    let groups = try? MetricGroup.selection(metrics).groups
    purpose.amortizes = groups?.contains(.amortization) == true
    return purpose
  }

  /// The keys that files and command line give.
  var givenKeys: [String] {
    files.flatMap(\.keys) + overrides.map { String($0.prefix { $0 != "=" }) }
  }

  /// Points at which each value of each axis appears once, and the ends of each law.
  var probes: [[Double]] {
    let first = axes.map { axis in axis.count.map { Axis.coordinate(of: 0, among: $0) } ?? 0.5 }
    return [first]
      + axes.indices.flatMap { place in
        let count = axes[place].count
        let values =
          count.map { count in (0..<count).map { Axis.coordinate(of: $0, among: count) } }
          ?? [1e-9, 1 - 1e-9]
        return values.map { value in
          var point = first
          point[place] = value
          return point
        }
      }
  }

  /// What may not change when a sweep goes on: all that decides which trials there are and what
  /// they give.
  var identity: [String: String] {
    let free = ResolvedConfiguration.withoutEffect
    var texts: [String: String] = [:]
    for (key, text) in base.values where !free.contains(key) { texts[key] = text }
    texts["sweep.searcher"] = settings.searcher.rawValue
    texts["sweep.seed"] = "\(settings.seed)"
    texts["sweep.seeds"] = seeds.map { "\($0)" }.joined(separator: ", ")
    texts["sweep.objective"] = settings.objective ?? "null"
    texts["sweep.direction"] = settings.direction.rawValue
    texts["sweep.scheduler"] = settings.scheduler.rawValue
    texts["sweep.first_epochs"] = "\(settings.firstEpochs)"
    texts["sweep.factor"] = "\(settings.factor)"
    texts["sweep.deterministic"] = "\(settings.deterministic)"
    texts["sweep.metrics"] = metrics.joined(separator: ", ")
    for (place, axis) in axes.enumerated() {
      let conditions = axis.conditions.map { " when \($0.key) \($0.texts)" }.joined()
      texts["sweep.axes[\(place)]"] =
        "\(axis.keys.joined(separator: " ")) \(axis.domain)\(conditions)"
    }
    return texts
  }

  /// The files as they were given, with the words of the command line.
  var text: String {
    (words.isEmpty ? "" : "# with \(words.joined(separator: " "))\n") + fileText
  }

  /// The data of all trials, each kind once.
  func dataConfigurations(cache: String) throws(ConfigurationError) -> [DataConfiguration] {
    let dataAxes = axes.indices.filter { place in
      axes[place].keys.contains { $0.hasPrefix("data.") }
    }
    var points = [axes.map { _ in 0.5 }]
    for place in dataAxes {
      let count = axes[place].count ?? 1
      points = points.flatMap { point in
        (0..<count).map { choice in
          var point = point
          point[place] = Axis.coordinate(of: choice, among: count)
          return point
        }
      }
    }
    var found: [DataConfiguration] = []
    for point in points {
      var data = try configuration(settings(of: 0, at: point).settings).run.data
      data.cache = data.cache ?? cache
      if !found.contains(data) { found.append(data) }
    }
    return found
  }

  /// All combinations of the axes' choices; axes that do not apply make no difference.
  private static func grid(
    _ axes: [Axis], _ base: ResolvedConfiguration
  ) throws(ConfigurationError) -> [[Double?]] {
    let given = Dictionary(base.values.map { ($0.key, $0.text) }) { $1 }
    var points: [(coordinates: [Double?], settings: [String: String])] = [([], [:])]
    for axis in axes {
      guard let count = axis.count else {
        throw .invalidValue(
          place: axis.place, key: axis.keys[0], found: "an axis without a list of values",
          expected: "values, a range with count or step, or a log_range with count, as "
            + "sweep.searcher is grid")
      }
      guard points.count <= 1_000_000 / count else {
        throw .malformed(place: axis.place, problem: "the grid has more than 1000000 points")
      }
      points = points.flatMap { point in
        guard axis.applies({ point.settings[$0] ?? given[$0] }) else {
          return [(point.coordinates + [nil], point.settings)]
        }
        return (0..<count).map { choice in
          let u = Axis.coordinate(of: choice, among: count)
          let settings = point.settings.merging(zip(axis.keys, axis.texts(at: u))) { $1 }
          return (point.coordinates + [u], settings)
        }
      }
    }
    return points.map(\.coordinates)
  }
}
