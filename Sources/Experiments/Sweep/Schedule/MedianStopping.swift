/// A trial goes on unless its best objective is worse than the median of what the others had on average when they
/// had come as far; the first few always do.
///
/// Source: Golovin et al., "Google Vizier: A Service for Black-Box Optimization", KDD 2017.
struct MedianStopping: TrialScheduler {
  /// How many others there must be.
  private static let quorum = 3

  func rungs(total: Int, first: Int) -> [Int] {
    Array(stride(from: first, to: total, by: first)) + [total]
  }

  func promotions(_ trials: [SweepState.Trial], of count: Int, _ direction: SweepDirection) -> [Int]
  {
    trials.indices.filter { number in
      guard trials[number].status == .paused else { return false }
      let rung = trials[number].rung
      let others = trials.indices.filter { $0 != number }.compactMap {
        average(trials[$0], to: rung)
      }
      guard others.count >= MedianStopping.quorum else { return true }
      let own = objectives(trials[number], to: rung)
      let best = direction == .minimize ? own.min() : own.max()
      return best.map { !direction.isBetter(median(others), than: $0) } ?? false
    }
  }

  private func objectives(_ trial: SweepState.Trial, to rung: Int) -> [Double] {
    (0...rung).compactMap { trial.measurements[$0]?.objective }
  }

  /// The mean of a trial's objectives; `nil` where it has not come so far.
  private func average(_ trial: SweepState.Trial, to rung: Int) -> Double? {
    let values = objectives(trial, to: rung)
    return values.count == rung + 1 ? values.reduce(0, +) / Double(values.count) : nil
  }
}
