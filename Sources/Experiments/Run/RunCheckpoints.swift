import Checkpoints
import DataParallel
import Datasets
import MPI
import Tensors
import Training

/// Saves and restores a trainer.
///
/// Beside the vectors a run has three numbers that depend on its past: the limit of arrivals, the
/// largest rates of the epoch so far, and the best validation. All else follows from the step.
struct RunCheckpoints {
  let folder: CheckpointFolder
  let trainer: Trainer
  let configuration: ResolvedConfiguration
  let communicator: Communicator
  private let statistics = AlignedBuffer<Double>(count: 3, repeating: 0)

  init(
    _ path: String, trainer: Trainer, configuration: ResolvedConfiguration,
    communicator: Communicator
  ) {
    folder = CheckpointFolder(path: path, keep: configuration.run.checkpoints.keep)
    self.trainer = trainer
    self.configuration = configuration
    self.communicator = communicator
  }

  private var vectors: CheckpointVectors {
    RunCheckpoints.vectors(
      parameters: trainer.parameters, optimizer: trainer.optimizer, statistics: statistics)
  }

  /// The vectors of a checkpoint file.
  static func vectors(
    parameters: AlignedBuffer<Float>, optimizer: Adamax?, statistics: AlignedBuffer<Double>
  ) -> CheckpointVectors {
    CheckpointVectors(
      parameters: parameters.elements,
      moments: optimizer.map {
        [("first_moment", $0.moment.elements), ("infinity_norm", $0.norm.elements)]
      } ?? [],
      statistics: [
        ("event_limit", statistics.view(0..<1)), ("largest_rate_sum", statistics.view(1..<2)),
        ("best_nelbo", statistics.view(2..<3)),
      ])
  }

  /// Writes a checkpoint of where the trainer stands.
  ///
  /// - Returns: The file's path.
  func save(bestNELBO: Double, isBest: Bool, metrics: String) throws(CheckpointError) -> String {
    let progress = trainer.progress
    statistics.elements[0] = Double(progress.eventLimit)
    statistics.elements[1] = progress.largestRateSum
    statistics.elements[2] = bestNELBO
    let run = configuration.run
    let state = CheckpointState(
      step: progress.step, epoch: progress.step / trainer.plan.stepsPerEpoch, seed: run.seed,
      shards: run.reduction.shards, configuration: configuration.yaml, shoalVersion: shoalVersion,
      metrics: metrics)
    return try folder.write(
      vectors, layout: trainer.layout, state: state, isBest: isBest, on: communicator)
  }

  /// Restores the newest valid checkpoint of the folder, if there is one.
  ///
  /// - Returns: Which file, which damaged ones were passed over, and the best validation so far.
  func restoreNewest() throws(CheckpointError) -> (ResumedCheckpoint, bestNELBO: Double) {
    try folder.removeLeftovers(on: communicator)
    let resumed = try folder.newestValid(into: vectors, layout: trainer.layout, on: communicator)
    return (resumed, resumed.state.map { continueFrom($0) } ?? .infinity)
  }

  /// Restores a given checkpoint.
  ///
  /// - Returns: The best validation so far.
  func restore(_ path: String) throws(CheckpointError) -> Double {
    continueFrom(
      try Checkpoint.read(path, into: vectors, layout: trainer.layout, on: communicator))
  }

  private func continueFrom(_ state: CheckpointState) -> Double {
    var progress = Trainer.Progress()
    progress.step = state.step
    progress.eventLimit = Int(statistics.elements[0])
    progress.largestRateSum = statistics.elements[1]
    trainer.resume(progress)
    return statistics.elements[2]
  }
}
