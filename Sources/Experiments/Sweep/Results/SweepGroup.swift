/// Finished trials of a sweep that differ in their seeds alone.
struct SweepGroup {
  private(set) var trials: [TrialResult]

  /// Puts the finished trials of a sweep together.
  ///
  /// A second trial with the same seed repeats the first one and would count it twice: it has a group of its own.
  ///
  /// - Parameter results: The sweep.
  /// - Returns: The groups, in the order of their first trials' numbers.
  static func groups(of results: SweepResults) -> [SweepGroup] {
    var groups: [SweepGroup] = []
    for trial in results.numbered where trial.state == .finished {
      let place = groups.firstIndex { group in
        group.settings == SweepGroup.settings(of: trial) && group.hasRoom(for: trial)
      }
      if let place {
        groups[place].trials.append(trial)
      } else {
        groups.append(SweepGroup(trials: [trial]))
      }
    }
    return groups
  }

  /// What the trials have in common.
  var settings: [String: String] { SweepGroup.settings(of: trials[0]) }

  /// The mean of a value over the trials; `nil` where one does not have it.
  ///
  /// - Parameter value: The value of a trial.
  /// - Returns: The mean and its interval.
  func estimate(_ value: (TrialResult) -> Double?) -> Estimate? {
    let values = trials.compactMap(value)
    return values.count == trials.count ? Estimate(values) : nil
  }

  private func hasRoom(for trial: TrialResult) -> Bool {
    !trials.contains { $0.settings["seed"] == trial.settings["seed"] }
  }

  private static func settings(of trial: TrialResult) -> [String: String] {
    trial.settings.filter { $0.key != "seed" }
  }
}
