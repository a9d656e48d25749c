import Checkpoints
import DataParallel
import Datasets
import Layers
import MPI
import Tensors
import Training

/// Saves and restores a trainer.
///
/// Beside the vectors a run has a few numbers that depend on its past: the limit of arrivals, the
/// largest rates of the epoch so far, the best validation, the time spent, and the last gradients'
/// largest magnitudes. All else follows from the step.
struct RunCheckpoints {
  private(set) var folder: CheckpointFolder
  let trainer: Trainer
  let configuration: ResolvedConfiguration
  let communicator: Communicator
  private let data: DataDigest?
  private let statistics: AlignedBuffer<Double>

  init(
    _ path: String, trainer: Trainer, configuration: ResolvedConfiguration, data: DataDigest?,
    communicator: Communicator
  ) {
    folder = CheckpointFolder(path: path, keep: configuration.run.checkpoints.keep)
    self.trainer = trainer
    statistics = RunCheckpoints.statistics(trainer.layout)
    self.configuration = configuration
    self.data = data
    self.communicator = communicator
  }

  private var vectors: CheckpointVectors {
    RunCheckpoints.vectors(
      parameters: trainer.parameters, optimizer: trainer.optimizer, statistics: statistics)
  }

  /// The vectors of a checkpoint file.
  static func vectors(
    parameters: AlignedBuffer<Float>, optimizer: (any Optimizer)?, statistics: AlignedBuffer<Double>
  ) -> CheckpointVectors {
    CheckpointVectors(
      parameters: parameters.elements,
      moments: optimizer?.moments.map { ($0.name, $0.values.elements) } ?? [],
      statistics: [
        ("event_limit", statistics.view(0..<1)), ("largest_rate_sum", statistics.view(1..<2)),
        ("best_nelbo", statistics.view(2..<3)), ("seconds", statistics.view(3..<4)),
      ],
      laterStatistics: [
        ("gradient_magnitudes", statistics.view(firstMagnitude..<statistics.elements.count))
      ])
  }

  /// Room for the statistics of a checkpoint.
  static func statistics(_ layout: ParameterLayout) -> AlignedBuffer<Double> {
    // What a file does not have is unknown.
    AlignedBuffer(count: firstMagnitude + layout.entries.count, repeating: .nan)
  }

  /// Behind the single numbers comes one for each parameter: bits of a magnitude, or not a number.
  private static let firstMagnitude = 4

  /// What a run remembers beside its trainer.
  struct Past: Equatable {
    /// The best validation so far.
    var bestObjective = Double.infinity
    /// Time spent on training so far, over all parts of the run.
    var seconds = 0.0
    /// The last validation, as JSON.
    var metrics = "{}"
  }

  /// Writes a checkpoint of where the trainer stands.
  ///
  /// - Returns: The file's path.
  mutating func save(
    _ past: Past, isBest: Bool, report: (String) -> Void = { _ in }
  ) throws(CheckpointError) -> String {
    let progress = trainer.progress
    statistics.elements[0] = Double(progress.eventLimit)
    statistics.elements[1] = progress.largestRateSum
    statistics.elements[2] = past.bestObjective
    statistics.elements[3] = past.seconds
    for (i, bits) in progress.gradientMagnitudes.enumerated() {
      statistics.elements[RunCheckpoints.firstMagnitude + i] = Double(bits)
    }
    let run = configuration.run
    let state = CheckpointState(
      step: progress.step, epoch: progress.step / trainer.plan.stepsPerEpoch, seed: run.seed,
      shards: run.reduction.shards, configuration: configuration.yaml, shoalVersion: shoalVersion,
      kernels: Kernels.own, fingerprint: Kernels.fingerprint.text, dataDigest: data?.samples ?? "",
      dataOrigin: data?.origin ?? "", metrics: past.metrics)
    return try folder.writeByAnyMethod(
      vectors, layout: trainer.layout, state: state, isBest: isBest, on: communicator,
      report: report)
  }

  /// Lets rank 0 write alone: a rank that is lost within MPI-IO takes the others with it.
  mutating func writesAlone() { folder.method = .firstRank }

  /// Goes on with the method that another value has come to.
  mutating func writes(like folder: CheckpointFolder) { self.folder.method = folder.method }

  /// Looks whether an earlier part of the run hung while it wrote a checkpoint; before any file is
  /// opened.
  ///
  /// - Returns: What to say of it.
  static func avoidHungMethod(
    _ folder: inout CheckpointFolder, on communicator: Communicator
  ) throws(CheckpointError) -> String? {
    guard let hung = try folder.avoidHungMethod(on: communicator) else { return nil }
    return
      "\(hung.rawValue) writes of checkpoints hung before: \(folder.method.rawValue) writes from now on "
      + "(remove \(folder.path)/hung-method to try again)"
  }

  /// Restores the newest valid checkpoint of the folder, if there is one.
  ///
  /// - Returns: Which file, and which damaged ones were passed over.
  func restoreNewest() throws(CheckpointError) -> ResumedCheckpoint {
    try folder.removeLeftovers(on: communicator)
    return try folder.newestValid(into: vectors, layout: trainer.layout, on: communicator)
  }

  /// Restores a given checkpoint.
  func restore(_ path: String) throws(CheckpointError) -> CheckpointState {
    try Checkpoint.read(path, into: vectors, layout: trainer.layout, on: communicator)
  }

  /// Makes the trainer continue from what was restored.
  ///
  /// - Parameters:
  ///   - state: What was restored.
  ///   - path: The file that it came from.
  /// - Returns: What else the run remembers.
  /// - Throws: `CheckpointError` where the file has numbers that no run has.
  func continueFrom(_ state: CheckpointState, path: String) throws(CheckpointError) -> Past {
    let numbers = try SavedNumbers(statistics.elements, path: path)
    var progress = Trainer.Progress()
    progress.step = state.step
    progress.eventLimit = numbers.eventLimit
    progress.largestRateSum = numbers.largestRateSum
    let magnitudes = statistics.elements.dropFirst(RunCheckpoints.firstMagnitude)
    if magnitudes.allSatisfy({ (0..<0x1p32).contains($0) }) {
      progress.gradientMagnitudes = magnitudes.map { UInt32($0) }
    }
    trainer.resume(progress)
    return Past(
      bestObjective: numbers.bestObjective, seconds: numbers.seconds, metrics: state.metrics)
  }
}
