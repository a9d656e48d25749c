/// Runs that differ in their seeds alone.
struct RunGroup {
  /// What tells the group from the others.
  var label = ""
  private(set) var runs: [ComparedRun]

  /// Puts runs together.
  ///
  /// A second run with the same seed repeats the first one and would count it twice: it has a group
  /// of its own.
  ///
  /// - Parameter runs: The runs.
  /// - Returns: The groups, in the order of their first runs.
  static func groups(of runs: [ComparedRun]) -> [RunGroup] {
    var groups: [RunGroup] = []
    for run in runs {
      let seed = run.configuration.run.seed
      let place = groups.firstIndex { group in
        group.runs[0].configuration.differsInSeedOnly(from: run.configuration)
          && !group.runs.contains { $0.hasOtherData(than: run) }
          && !group.runs.contains { $0.configuration.run.seed == seed }
      }
      if let place {
        groups[place].runs.append(run)
      } else {
        groups.append(RunGroup(runs: [run]))
      }
    }
    return groups
  }

  private init(runs: [ComparedRun]) { self.runs = runs }

  var first: ComparedRun { runs[0] }

  /// The mean of a metric; `nil` where a run does not have it.
  ///
  /// - Parameter name: Its name in the summary.
  /// - Returns: The mean and its interval.
  func estimate(_ name: String) -> Estimate? {
    let values = runs.compactMap { $0.summary.numbers[name] }
    return values.count == runs.count ? Estimate(values) : nil
  }

  /// The texts that a setting has in these runs.
  func setting(_ key: String) -> String {
    var texts: [String] = []
    for run in runs {
      let text = run.configuration.values.first { $0.key == key }?.text ?? ""
      if !texts.contains(text) { texts.append(text) }
    }
    return texts.joined(separator: ", ")
  }
}

extension ResolvedConfiguration {
  /// Settings that change no number of a run.
  static let withoutEffect: Set = [
    "profile", "data.path", "data.cache", "training.on_rank_failure", "training.validate_every",
    "training.log_every", "reduction.verify_interval", "reduction.overlap",
    "reduction.shared_memory", "checkpoints.interval",
    "checkpoints.mtbf_hours", "checkpoints.keep", "kernels.products",
  ]

  /// Whether two runs are repetitions of one another with other random numbers, or with the same.
  func differsInSeedOnly(from other: ResolvedConfiguration) -> Bool {
    differsOnly(in: ["seed"], from: other)
  }

  /// Whether two runs have the same settings, but for some and those that change no number.
  func differsOnly(in keys: Set<String>, from other: ResolvedConfiguration) -> Bool {
    let free = ResolvedConfiguration.withoutEffect.union(keys)
    let theirs = Dictionary(other.values.map { ($0.key, $0.text) }) { $1 }
    return values.count == other.values.count
      && values.allSatisfy { free.contains($0.key) || theirs[$0.key] == $0.text }
  }
}
