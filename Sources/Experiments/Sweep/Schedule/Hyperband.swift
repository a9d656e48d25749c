/// Brackets of successive halving: the first begins to choose early among many trials, the last trains
/// few to their end.
///
/// A rung of a bracket is decided when all of its trials have come to it. Trials are dealt to the brackets
/// by their numbers, and again from the first bracket when all are full. Source: Li et al., "Hyperband: A Novel
/// Bandit-Based Approach to Hyperparameter Optimization", JMLR 2018.
struct Hyperband: TrialScheduler {
  let factor: Int

  func rungs(total: Int, first: Int) -> [Int] {
    geometricRungs(total: total, first: first, factor: factor)
  }

  func firstRung(of trial: Int, rungs: Int) -> Int { bracket(of: trial, rungs: rungs).firstRung }

  func promotions(_ trials: [SweepState.Trial], of count: Int, _ direction: SweepDirection) -> [Int]
  {
    // A trial that could not be begun has none.
    guard let rungs = trials.map(\.plan.rungs.count).max(), rungs > 0 else { return [] }
    var promotions: [Int] = []
    var start = 0
    while start < count {
      let bracket = bracket(of: start, rungs: rungs)
      let numbers = bracket.numbers.clamped(to: 0..<count)
      promotions += self.promotions(numbers, from: bracket.firstRung, trials, direction)
      start = bracket.numbers.upperBound
    }
    return promotions
  }

  private func promotions(
    _ numbers: Range<Int>, from firstRung: Int, _ trials: [SweepState.Trial],
    _ direction: SweepDirection
  ) -> [Int] {
    var members = Array(numbers)
    var rung = firstRung
    var promotions: [Int] = []
    while !members.isEmpty, members.allSatisfy({ trials.isDecided($0, at: rung) }) {
      let winners = trials.ranked(members, at: rung, direction).prefix(members.count / factor)
      promotions += winners.filter { trials.isPaused($0, at: rung) }
      members = Array(winners)
      rung += 1
    }
    return promotions
  }

  /// The bracket that a trial is in.
  private func bracket(of trial: Int, rungs: Int) -> (firstRung: Int, numbers: Range<Int>) {
    var start = 0
    while true {
      for firstRung in 0..<rungs {
        let halvings = rungs - 1 - firstRung
        let power = (0..<halvings).reduce(1) { product, _ in product * factor }
        let size = (rungs * power + halvings) / (halvings + 1)
        if trial < start + size { return (firstRung, start..<start + size) }
        start += size
      }
    }
  }
}
