extension SweepResults {
  /// The trials in the order of their numbers, however they came.
  var numbered: [TrialResult] { trials.sorted { $0.number < $1.number } }

  /// The finished trials, the best objective first; of equals the first trial.
  var ranked: [TrialResult] { ranking(trials.filter { $0.state == .finished }) }

  /// Trials that have an objective, the best first; of equals the first trial.
  ///
  /// A training that has diverged may end with an objective that is no number, which has no rank.
  ///
  /// - Parameter trials: The trials.
  /// - Returns: Those with a finite objective.
  func ranking(_ trials: [TrialResult]) -> [TrialResult] {
    trials.compactMap { trial in
      trial.objective.flatMap { $0.isFinite ? (trial: trial, objective: $0) : nil }
    }.sorted { a, b in
      a.objective == b.objective
        ? a.trial.number < b.trial.number : direction.isBetter(a.objective, than: b.objective)
    }.map(\.trial)
  }

  /// As many trials as there is room for, by number: all, or those with the best objectives.
  func best(_ most: Int) -> [TrialResult] {
    trials.count <= most
      ? numbered : ranking(trials).prefix(most).sorted { $0.number < $1.number }
  }

  /// The axes along which settings differ in more than the seed.
  var settingAxes: [String] { axes.filter { $0 != "seed" } }

  /// How many trials are in each state, in the order of a trial's life; those without any are left out.
  var counts: [(state: TrialResult.State, count: Int)] {
    TrialResult.State.allCases.map { state in
      (state, trials.filter { $0.state == state }.count)
    }.filter { $0.count > 0 }
  }

  /// ``counts`` in words, as "3 running, 12 finished".
  var countsText: String {
    counts.map { "\($0.count) \($0.state.rawValue)" }.joined(separator: ", ")
  }

  /// The published metrics that any of the trials has, without the objective.
  var commonColumns: [RunComparison.Column] {
    RunComparison.columns.filter { column in
      column.key != objective && trials.contains { $0.metric(column.key) != nil }
    }
  }

  /// The objective as tables show it.
  var objectiveColumn: RunComparison.Column {
    RunComparison.columns.first { $0.key == objective }
      ?? RunComparison.Column(key: objective, title: objective, decimals: 4)
  }

  /// The value of a trial that tables show under a name: of the objective, what trials are compared by.
  func value(_ name: String, of trial: TrialResult) -> Double? {
    name == objective ? trial.objective : trial.metric(name)
  }
}

extension TrialResult {
  /// The last value of a metric.
  func metric(_ name: String) -> Double? { metrics.first { $0.name == name }?.value }
}
