/// Successive halving that does not depend on who is ready first: of every ``factor`` consecutive
/// trials of a rung the best goes on, as soon as these few have come to its end.
///
/// The winners, in this order, are the trials of the next rung. A trial waits for its cohort alone, so that
/// nearly nobody waits, and the same trials go on whatever the number of ranks, and after any interruption.
struct CohortHalving: TrialScheduler {
  let factor: Int

  /// Who has a place in a rung.
  private enum Member {
    case trial(Int)
    /// Nobody, since a cohort failed or is not full.
    case nobody
    case undecided
  }

  func rungs(total: Int, first: Int) -> [Int] {
    geometricRungs(total: total, first: first, factor: factor)
  }

  func promotions(_ trials: [SweepState.Trial], of count: Int, _ direction: SweepDirection) -> [Int]
  {
    var members = (0..<count).map { trials.indices.contains($0) ? Member.trial($0) : .undecided }
    var promotions: [Int] = []
    var rung = 0
    while members.count >= factor {
      let cohorts = members.count / factor
      members = (0..<cohorts).map { cohort in
        winner(members[cohort * factor..<(cohort + 1) * factor], at: rung, trials, direction)
      }
      for case .trial(let number) in members where trials.isPaused(number, at: rung) {
        promotions.insert(number, at: 0)
      }
      rung += 1
    }
    return promotions
  }

  private func winner(
    _ cohort: ArraySlice<Member>, at rung: Int, _ trials: [SweepState.Trial],
    _ direction: SweepDirection
  ) -> Member {
    var numbers: [Int] = []
    for member in cohort {
      switch member {
      case .undecided: return .undecided
      case .nobody: continue
      case .trial(let number):
        guard trials.isDecided(number, at: rung) else { return .undecided }
        numbers.append(number)
      }
    }
    return trials.ranked(numbers, at: rung, direction).first.map { .trial($0) } ?? .nobody
  }
}
