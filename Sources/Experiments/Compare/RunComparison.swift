/// Runs side by side: where their settings differ, and what came out.
public struct RunComparison {
  let groups: [RunGroup]
  /// Settings that are not the same in all groups, seeds left out.
  let differences: [String]
  /// Groups that differ in β.
  let sweeps: [RateDistortionSweep]

  /// A metric as tables show it.
  struct Column {
    let key: String
    let title: String
    let decimals: Int
  }

  /// The metrics of the tables.
  static let columns = [
    Column(key: "nelbo", title: "NELBO", decimals: 2),
    Column(key: "energy", title: "energy", decimals: 2),
    Column(key: "mse", title: "MSE", decimals: 2),
    Column(key: "kl", title: "KL", decimals: 2),
    Column(key: "l1_norm", title: "L1 norm", decimals: 2),
    Column(key: "mse_map", title: "MSE of mean", decimals: 2),
    Column(key: "lifetime_sparsity", title: "lifetime", decimals: 3),
    Column(key: "active_fraction", title: "active", decimals: 3),
  ]

  /// Reads what runs have left.
  ///
  /// - Parameter folders: The runs' folders.
  /// - Throws: ``ComparisonError`` that names the folder without results; ``ConfigurationError``.
  public init(_ folders: [String]) throws {
    self.init(runs: try folders.map { try ComparedRun($0) })
  }

  init(runs: [ComparedRun]) {
    var groups = RunGroup.groups(of: runs)
    let keys = runs.first?.configuration.values.map(\.key) ?? []
    let differences = keys.filter { key in
      key != "seed" && Set(groups.map { $0.setting(key) }).count > 1
    }
    let telling = differences.filter { !ResolvedConfiguration.withoutEffect.contains($0) }
    for place in groups.indices {
      groups[place].label = RunComparison.label(groups[place], telling)
    }
    self.groups = groups
    sweeps = RateDistortionSweep.sweeps(among: groups)
    self.differences = differences
  }

  /// Names a group by its runs, or where these are many by what tells it from other groups.
  private static func label(_ group: RunGroup, _ telling: [String]) -> String {
    if group.runs.count == 1 || telling.isEmpty || telling.count > 4 {
      let name = group.first.name
      return group.runs.count == 1 ? name : "\(name) and \(group.runs.count - 1) more"
    }
    return telling.map { group.setting($0) }.joined(separator: " ")
  }

  /// Percent of NELBO above the best run of the same data set, model and encoder, where methods
  /// differ.
  ///
  /// The best is that of all methods and seeds, as in Vafaii, Galor & Yates, NeurIPS 2024.
  ///
  /// - Parameter group: The group.
  /// - Returns: `nil` where all runs of that kind have one method.
  func drop(of group: RunGroup) -> Estimate? {
    let rivals = groups.flatMap(\.runs).filter { $0.contest == group.first.contest }
    guard Set(rivals.map(\.method)).count > 1 else { return nil }
    let values = group.runs.compactMap { $0.summary.numbers["nelbo"] }
    guard let best = rivals.compactMap({ $0.summary.numbers["nelbo"] }).min(),
      values.count == group.runs.count
    else { return nil }
    return Estimate(values.map { 100 * ($0 - best) / best })
  }

  /// That not all runs are of the same data, and which are of which; `nil` where none is known to
  /// be of others.
  var dataNote: String? {
    let runs = groups.flatMap(\.runs)
    guard let first = runs.first, runs.contains(where: { $0.hasOtherData(than: first) }) else {
      return nil
    }
    var kinds: [(data: String, runs: [String])] = []
    for run in runs {
      let digest = run.dataDigest.map { " (SHA-256 \($0.prefix(12)))" } ?? ""
      let data = run.dataName + digest
      if let place = kinds.firstIndex(where: { $0.data == data }) {
        kinds[place].runs.append(run.name)
      } else {
        kinds.append((data, [run.name]))
      }
    }
    return "These runs are not of the same data, so their numbers cannot be compared: "
      + kinds.map { "\($0.data): \($0.runs.joined(separator: ", "))" }.joined(separator: "; ")
  }

  /// The columns that have a value in any group.
  var columns: [Column] {
    RunComparison.columns.filter { column in
      groups.contains { $0.estimate(column.key) != nil }
    }
  }

  /// Whether any group has a drop.
  var hasDrops: Bool { groups.contains { drop(of: $0) != nil } }

  /// The table of results: headers, and a row a group.
  var results: (headers: [String], rows: [[String]]) {
    let columns = columns
    let hasDrops = hasDrops
    let headers =
      ["runs", "seeds", "state"] + columns.map(\.title) + (hasDrops ? ["% above best"] : [])
    let rows = groups.map { group in
      let isFinished = group.runs.allSatisfy(\.isFinished)
      let metrics = columns.map { column in
        group.estimate(column.key)?.text(decimals: column.decimals) ?? "–"
      }
      let drops = hasDrops ? [drop(of: group)?.text(decimals: 2) ?? "–"] : []
      return [group.label, group.setting("seed"), isFinished ? "finished" : "under way"] + metrics
        + drops
    }
    return (headers, rows)
  }
}
