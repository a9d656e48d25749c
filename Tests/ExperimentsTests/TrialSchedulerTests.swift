import Testing

@testable import Experiments

/// Schedulers on made-up trials whose objective is known from the start.
struct TrialSchedulerTests {
  /// Trials of four rungs that are begun, and measured, in some order.
  private struct Field {
    var state = SweepState(.skip, .any)
    let rungs: Int
    let objectives: [Double]

    mutating func start(_ trial: Int, to rung: Int) {
      let plan = TrialPlan(coordinates: [], settings: [:], rungs: Array(1...rungs))
      state.apply(.started(trial: trial, rung: rung, worker: "w\(trial)", plan: plan))
    }

    mutating func end(_ trial: Int) {
      let rung = state.trials[trial].rung
      state.apply(
        .reached(
          trial: trial, rung: rung, worker: "w\(trial)",
          measurement: TrialMeasurement(
            step: rung + 1, isLast: rung == rungs - 1, objective: objectives[trial], metrics: [],
            digest: nil, seconds: 1)))
    }

    mutating func fail(_ trial: Int) {
      state.apply(
        .failed(
          trial: trial, worker: "w\(trial)",
          failure: TrialFailure(cause: .error, error: "none", seconds: 1)))
    }
  }

  /// Runs a sweep of trials with so many groups, which end in an order given by random numbers.
  private func run(
    _ scheduler: some TrialScheduler, objectives: [Double], rungs: Int, groups: Int,
    using generator: inout some RandomNumberGenerator, failing: Set<Int> = []
  ) -> SweepState {
    var field = Field(rungs: rungs, objectives: objectives)
    while true {
      while field.state.running.count < groups {
        let promotions = scheduler.promotions(field.state.trials, of: objectives.count, .minimize)
        if let trial = promotions.first {
          field.start(trial, to: field.state.trials[trial].rung + 1)
        } else if field.state.trials.count < objectives.count {
          let trial = field.state.trials.count
          field.start(trial, to: scheduler.firstRung(of: trial, rungs: rungs))
        } else {
          break
        }
      }
      guard let next = field.state.running.randomElement(using: &generator) else {
        return field.state
      }
      if failing.contains(next.trial) { field.fail(next.trial) } else { field.end(next.trial) }
    }
  }

  private func rungs(_ state: SweepState) -> [Int] { state.trials.map(\.rung) }

  @Test func theChoiceOfCohortsDoesNotDependOnOrderOrNumberOfGroups() {
    var generator = SystemRandomNumberGenerator()
    let objectives = (0..<30).map { Double(($0 * 17) % 30) }
    let scheduler = CohortHalving(factor: 3)
    let alone = run(
      scheduler, objectives: objectives, rungs: 4, groups: 1, using: &generator, failing: [4, 13])
    for groups in 1...8 {
      let other = run(
        scheduler, objectives: objectives, rungs: 4, groups: groups, using: &generator,
        failing: [4, 13])
      #expect(rungs(other) == rungs(alone))
    }
    // Of each three the best goes on: 10, then 3, then 1.
    #expect(alone.trials.count { $0.rung >= 1 } == 10)
    #expect(alone.trials.count { $0.rung >= 2 } == 3)
    #expect(alone.trials.filter { $0.status == .finished }.count == 1)
  }

  @Test func asynchronousHalvingPromotesTheBestOfThoseThatHaveComeAsFar() {
    var generator = SystemRandomNumberGenerator()
    let objectives = (0..<27).map { Double(($0 * 10) % 27) }
    for groups in [1, 4, 9] {
      let state = run(
        AsynchronousHalving(factor: 3), objectives: objectives, rungs: 4, groups: groups,
        using: &generator)
      // A third at least goes on, and more where early trials were promoted before better ones
      // came.
      #expect(state.trials.count { $0.rung >= 1 } >= 9)
      let best = objectives.firstIndex(of: 0) ?? 0
      #expect(state.trials[best].status == .finished)
    }
  }

  @Test func bracketsOfHyperbandBeginLaterAndLater() {
    var generator = SystemRandomNumberGenerator()
    let scheduler = Hyperband(factor: 3)
    // Of three rungs: 9 trials from the first, 5 from the second, 3 from the last.
    let firsts = (0..<17).map { scheduler.firstRung(of: $0, rungs: 3) }
    #expect(firsts == Array(repeating: 0, count: 9) + Array(repeating: 1, count: 5) + [2, 2, 2])
    #expect(scheduler.firstRung(of: 17, rungs: 3) == 0)
    let objectives = (0..<17).map { Double($0) }
    for groups in [1, 5] {
      let state = run(
        scheduler, objectives: objectives, rungs: 3, groups: groups, using: &generator)
      #expect(
        rungs(state) == [2, 1, 1] + Array(repeating: 0, count: 6) + [2, 1, 1, 1, 1, 2, 2, 2])
    }
  }

  @Test func aTrialWorseThanTheMedianEnds() {
    var generator = SystemRandomNumberGenerator()
    let objectives = [1, 2, 3, 4, 100, 0.5]
    let state = run(
      MedianStopping(), objectives: objectives, rungs: 3, groups: 1, using: &generator)
    #expect(state.trials[4].status == .paused)
    #expect(state.trials[5].status == .finished)
    #expect(state.trials[0].status == .finished)
  }

  @Test(arguments: [
    (1, 10, 3, [1, 3, 9, 10]), (1, 9, 3, [1, 3, 9]), (20, 10, 3, [10]), (2, 16, 2, [2, 4, 8, 16]),
  ])
  func rungsGrowByTheFactorUpToTheEnd(_ first: Int, _ total: Int, _ factor: Int, _ rungs: [Int]) {
    #expect(geometricRungs(total: total, first: first, factor: factor) == rungs)
  }

  @Test func aFailureIsRepeatedAsOftenAsItMayAndDivergenceNever() {
    var state = SweepState(.retry(2), .any)
    let plan = TrialPlan(coordinates: [], settings: [:], rungs: [5])
    func fail(_ cause: TrialFailure.Cause) {
      state.apply(.started(trial: 0, rung: 0, worker: "w", plan: plan))
      state.apply(
        .failed(trial: 0, worker: "w", failure: TrialFailure(cause: cause, error: "e", seconds: 1)))
    }
    fail(.error)
    #expect(state.trials[0].status == .ready && state.trials[0].retries == 1)
    state.apply(.started(trial: 0, rung: 0, worker: "w", plan: plan))
    // The launch as a whole was killed: no fault of the trial.
    state.apply(.lost(trial: 0, worker: "w", isCounted: false))
    #expect(state.trials[0].status == .ready && state.trials[0].retries == 1)
    state.apply(.started(trial: 0, rung: 0, worker: "w", plan: plan))
    state.apply(.lost(trial: 0, worker: "w", isCounted: true))
    #expect(state.trials[0].status == .ready && state.trials[0].retries == 2)
    fail(.error)
    #expect(state.trials[0].status == .failed)

    state = SweepState(.retry(2), .any)
    fail(.diverged)
    #expect(state.trials[0].status == .failed)
  }

  @Test func whatAGroupWritesOfATrialThatAnotherTookOverChangesNothing() {
    var state = SweepState(.skip, .any)
    let plan = TrialPlan(coordinates: [], settings: [:], rungs: [5])
    state.apply(.started(trial: 0, rung: 0, worker: "a", plan: plan))
    state.apply(.lost(trial: 0, worker: "a", isCounted: false))
    state.apply(.started(trial: 0, rung: 0, worker: "b", plan: plan))
    state.apply(.released(trial: 0, worker: "a", seconds: 1))
    #expect(state.trials[0].status == .running(worker: "b"))
  }
}

extension SweepState.Bounds {
  /// Those of a sweep with more trials than any test has, and without axes.
  static let any = SweepState.Bounds(trials: 1000, axes: 0)
}
