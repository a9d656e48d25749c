import DataParallel
import Datasets
public import MPI
import Models
import Training

/// What a sweep would do, and about how long it would take.
public struct SweepForecast {
  /// A line for each trial, then comments with sums; the same on every rank.
  public let lines: [String]

  /// How many trials are listed at most: those of adaptive searchers are not known before.
  private static let longest = 10_000

  /// Resolves all trials and measures a few steps of each kind.
  ///
  /// Writes nothing; collective.
  ///
  /// - Parameters:
  ///   - definition: The sweep.
  ///   - options: Its folder and data folders.
  ///   - world: The ranks; all must call this.
  /// - Throws: What is wrong with a trial or the data.
  public init(
    _ definition: SweepDefinition, _ options: SweepOptions, on world: Communicator
  ) throws {
    let perTrial = definition.settings.ranksPerTrial
    guard perTrial <= world.size else {
      throw SweepError.tooFewRanks(found: world.size, perTrial: perTrial)
    }
    var planner = SweepPlanner(definition, searchFolders: options.searchFolders)
    var seconds: [String: Double] = [:]
    var total = 0.0
    var lines: [String] = []
    let group = try world.subgroup([world.rank])
    let isAdaptive = definition.settings.searcher == .tpe
    for number in 0..<min(definition.trialCount, SweepForecast.longest) {
      let plan = try planner.plan(number, after: [])
      let run = try definition.configuration(plan.settings).run
      let kind = SweepForecast.kind(run)
      let perStep = try seconds[kind] ?? SweepForecast.secondsPerStep(run, on: group)
      seconds[kind] = perStep
      let time = perStep * Double(plan.rungs.last ?? 0) / Double(perTrial)
      total += time
      let settings = definition.keys.compactMap { key in plan.settings[key].map { "\(key)=\($0)" } }
      lines.append(
        isAdaptive && number >= TrialSearch.startup
          ? "\(number)  chosen by the trials before, \(durationText(time))"
          : "\(number)  \(settings.joined(separator: " "))  steps \(plan.rungs.last ?? 0), about "
            + durationText(time))
    }
    try group.close()
    total *= Double(definition.trialCount) / Double(max(1, lines.count))
    let groups = world.size / perTrial
    // Ranks measure by themselves, so rank 0's figures are given.
    self.lines = try world.broadcast(
      (lines + [
        "# trials           \(definition.trialCount)",
        "# groups           \(groups), of \(perTrial) rank\(perTrial == 1 ? "" : "s")",
        "# time             about \(durationText(total / Double(groups))) if every trial is trained to its end",
      ] + definition.notes.map { "# warning: \($0)" }).joined(separator: "\n"), from: 0
    ).split(separator: "\n").map(String.init)
  }

  /// Measures a few steps; of networks with convolutions, whose time goes with the batch, of a
  /// smaller one.
  private static func secondsPerStep(_ run: RunConfiguration, on group: Communicator) throws
    -> Double
  {
    var small = run
    if !(run.model.encoder.isLinear && run.model.decoder.isLinear) {
      small.training.batch = max(run.reduction.shards, run.training.batch / 8)
    }
    let trainer = try BenchmarkModel.trainer(BenchmarkModel.settings(small), on: group)
    let times = try BenchmarkModel.milliseconds(calls: 3, warmUp: 1) { _ = try trainer.step() }
    return median(times) / 1000 * Double(run.training.batch) / Double(small.training.batch)
  }

  /// What decides how long a step takes.
  private static func kind(_ run: RunConfiguration) -> String {
    "\(run.model) \(run.training.batch) \(run.training.method) \(run.data.name) \(run.reduction)"
  }
}
