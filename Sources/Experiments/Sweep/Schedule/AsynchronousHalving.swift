/// Asynchronous successive halving: a trial goes on as soon as it is among the best of those that have
/// come as far, one in ``factor``.
///
/// Source: Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020.
struct AsynchronousHalving: TrialScheduler {
  let factor: Int

  func rungs(total: Int, first: Int) -> [Int] {
    geometricRungs(total: total, first: first, factor: factor)
  }

  func promotions(_ trials: [SweepState.Trial], of count: Int, _ direction: SweepDirection) -> [Int]
  {
    let highest = trials.flatMap(\.measurements.keys).max() ?? 0
    return (0...highest).reversed().flatMap { rung in
      let ranked = trials.ranked(trials.indices, at: rung, direction)
      return ranked.prefix(ranked.count / factor).filter { trials.isPaused($0, at: rung) }
    }
  }
}
