import DataParallel
import MPI
import Training

/// Measures a rank's own part of a step, for each share of the batch that occurs, and whole steps of
/// all ranks beside it.
struct ComputeMeasurement {
  /// Times of each share, on all ranks at the same time.
  private(set) var times: [StepPlan.Share: ComputeTimes] = [:]
  /// Times of a step of all ranks together, ascending; empty for one rank.
  private(set) var steps: [Double] = []

  /// Nothing is measured longer at a stretch, in seconds.
  private static let patience = 0.2
  private static let rounds = 10

  /// Measures all in turn, several times, so that a machine that changes its pace changes all alike.
  ///
  /// - Parameters:
  ///   - run: Model and method.
  ///   - plan: The step.
  ///   - ranks: The numbers of ranks that are predicted.
  ///   - world: All ranks; all must call this.
  /// - Throws: What training throws.
  init(
    _ run: RunConfiguration, _ plan: StepPlan, ranks: [Int], on world: Communicator
  ) throws {
    var shares: [StepPlan.Share] = []
    for share in ranks.map(plan.largestShare) where !shares.contains(share) { shares.append(share) }
    let alone = try world.split(color: world.rank, key: 0)
    let whole = StepPlan.Share(
      shards: plan.shards(ranks: world.size), samples: plan.batch(ranks: world.size))
    var found: [[Double]] = shares.map { _ in [] }
    for _ in 0..<ComputeMeasurement.rounds {
      for (index, share) in shares.enumerated() {
        found[index] += try ComputeMeasurement.measure(run, share, on: alone)
        try awaitQuietly(world)
      }
      if world.size > 1 { steps += try ComputeMeasurement.measure(run, whole, on: world) }
    }
    try alone.close()
    for (share, own) in zip(shares, found) {
      times[share] = ComputeTimes(try gather(own, on: world))
    }
    steps = try gather(steps, on: world)
  }

  /// Milliseconds of some steps with a share as their whole batch.
  private static func measure(
    _ run: RunConfiguration, _ share: StepPlan.Share, on communicator: Communicator
  ) throws -> [Double] {
    var setup = BenchmarkModel.settings(run)
    setup.training.batch = share.samples
    setup.reduction.shards = share.shards
    setup.samples = 4 * share.samples
    let trainer = try BenchmarkModel.trainer(setup, on: communicator)
    // The first epoch of four steps finds the limit of arrivals, so that all later ones are alike.
    let warmUp = try BenchmarkModel.milliseconds(calls: 5, warmUp: 0) { _ = try trainer.step() }
    let pace = try communicator.allReduce(median(warmUp), .maximum)
    let calls = max(4, min(40, Int(1000 * patience / pace)))
    return try BenchmarkModel.milliseconds(calls: calls, warmUp: 0) { _ = try trainer.step() }
  }
}
