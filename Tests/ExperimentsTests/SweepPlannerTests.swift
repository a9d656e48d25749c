import Testing

@testable import Experiments

struct SweepPlannerTests {
  private func definition(_ section: String) throws -> SweepDefinition {
    let text = """
      data: {name: dead-leaves, dead_leaves: {images: 5, width: 288, height: 168, largest_radius: 40}}
      training: {batch: 40}
      sweep:
      \(section.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
      """
    return try SweepDefinition(SweepFile(path: "sweep.yaml", text: text), overrides: [])
  }

  /// What was learned after the first seed of a point was begun must not move the others.
  @Test func allSeedsOfAPointHaveItsSettings() throws {
    let definition = try definition(
      """
      searcher: tpe
      points: 30
      seeds: 3
      axes: [{key: training.learning_rate, log_uniform: [0.0001, 0.1]}]
      """)
    var planner = SweepPlanner(definition, searchFolders: [])
    var state = SweepState(definition)
    var rates: [[String?]] = []
    for trial in 0..<definition.trialCount {
      guard case .start(trial, let rung, let plan) = try planner.next(state) else {
        Issue.record("trial \(trial) is not begun")
        return
      }
      rates.append([plan.settings["training.learning_rate"]])
      state.apply(.started(trial: trial, rung: rung, worker: "w", plan: plan))
      // Results come while the seeds of later points are begun.
      guard trial >= 4 else { continue }
      let earlier = trial - 4
      state.apply(
        .reached(
          trial: earlier, rung: rung, worker: "w",
          measurement: TrialMeasurement(
            step: 1, isLast: true, objective: Double((earlier * 7) % 11), metrics: [], digest: nil,
            seconds: 1)))
    }
    for point in 0..<30 { #expect(Set(rates[3 * point..<3 * point + 3]).count == 1) }
    #expect(Set(rates).count == 30)
  }

  @Test func aSchedulerRefusesTrialsOfUnlikeLength() throws {
    let axes = "axes: [{key: training.epochs, values: [2, 9]}]\n"
    var free = SweepPlanner(try definition(axes), searchFolders: [])
    try free.check()
    var halving = SweepPlanner(try definition(axes + "scheduler: asha"), searchFolders: [])
    #expect(
      throws: ConfigurationError.malformed(
        place: "sweep.yaml",
        problem:
          "sweep.scheduler is asha, which needs trials of as many steps; some have 16 and others 72"
      )
    ) { try halving.check() }
  }

  @Test func aCombinationThatNoRunCanHaveIsRefusedAndTheOthersGoOn() throws {
    let definition = try definition(
      """
      searcher: tpe
      points: 20
      axes: [{key: model.latents, integer: [-3, 3]}]
      """)
    var planner = SweepPlanner(definition, searchFolders: [])
    var state = SweepState(definition)
    var refused = 0
    for trial in 0..<8 {
      switch try planner.next(state) {
      case .refuse(trial, let plan, _):
        refused += 1
        state.apply(.started(trial: trial, rung: 0, worker: "w", plan: plan))
        let failure = TrialFailure(cause: .settings, error: "", seconds: 0)
        state.apply(.failed(trial: trial, worker: "w", failure: failure))
      case .start(trial, let rung, let plan):
        state.apply(.started(trial: trial, rung: rung, worker: "w", plan: plan))
      default: Issue.record("trial \(trial) is neither begun nor refused")
      }
    }
    #expect(refused > 0 && refused < 8)
    #expect(state.trials.count { $0.status == .failed } == refused)
  }

  @Test func aSweepIsAnotherWithoutAnAxisOrUnderAnotherCondition() throws {
    let both = "axes: [{key: seed, values: [1]}, {key: model.latents, values: [8]}]"
    let one = try definition("axes: [{key: seed, values: [1]}]").identity
    let other = try definition(both).identity
    let conditional = try definition(
      "axes: [{key: seed, values: [1]}, {key: model.latents, values: [8], when: {seed: 1}}]"
    ).identity
    #expect(one != other && other != conditional)
  }
}
