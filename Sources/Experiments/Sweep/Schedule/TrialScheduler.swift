/// Which trials go on, at the ends of their rungs.
protocol TrialScheduler: Sendable {
  /// The updates after which a trial is looked at; the last is its end.
  ///
  /// - Parameters:
  ///   - total: All updates of the trial.
  ///   - first: Updates to the first rung.
  /// - Returns: Ascending numbers of updates.
  func rungs(total: Int, first: Int) -> [Int]

  /// The rung that a new trial is trained to.
  func firstRung(of trial: Int, rungs: Int) -> Int

  /// The trials at the end of a rung that are to go on to the next.
  ///
  /// - Parameters:
  ///   - trials: All trials so far.
  ///   - count: How many there will be.
  ///   - direction: Which objective is the better one.
  /// - Returns: Their numbers, the most urgent first.
  func promotions(_ trials: [SweepState.Trial], of count: Int, _ direction: SweepDirection) -> [Int]
}

extension TrialScheduler {
  func firstRung(of trial: Int, rungs: Int) -> Int { 0 }
}

/// Every trial is trained to its end.
struct NoScheduler: TrialScheduler {
  func rungs(total: Int, first: Int) -> [Int] { [total] }

  func promotions(_ trials: [SweepState.Trial], of count: Int, _ direction: SweepDirection) -> [Int]
  { [] }
}

/// Rungs at the first epochs and each time so many times further.
func geometricRungs(total: Int, first: Int, factor: Int) -> [Int] {
  var rungs: [Int] = []
  var rung = first
  while rung < total {
    rungs.append(rung)
    rung = rung > total / factor ? total : rung * factor
  }
  return rungs + [total]
}

extension [SweepState.Trial] {
  /// Whether it is known how a trial did at the end of a rung, or that it never will.
  func isDecided(_ trial: Int, at rung: Int) -> Bool {
    indices.contains(trial)
      && (self[trial].measurements[rung] != nil || self[trial].status == .failed)
  }

  /// Those of some trials that reached the end of a rung, the best first; of equals the older.
  func ranked(_ some: some Sequence<Int>, at rung: Int, _ direction: SweepDirection) -> [Int] {
    let measured = some.compactMap { number in
      self[number].measurements[rung].map { (number: number, objective: $0.objective) }
    }
    return measured.sorted {
      $0.objective == $1.objective
        ? $0.number < $1.number : direction.isBetter($0.objective, than: $1.objective)
    }.map(\.number)
  }

  /// Whether a trial waits at the end of a rung.
  func isPaused(_ trial: Int, at rung: Int) -> Bool {
    self[trial].status == .paused && self[trial].rung == rung
  }
}
