import Checkpoints
import DataParallel
import Datasets
import Evaluation
import Foundation
import Layers
public import MPI
import Models
import Tensors
import Training

/// One training run, from a configuration to the files in its folder.
///
/// Every rank makes one; rank 0 writes the log, the summary and the pictures.
public final class TrainingRun {
  // A class because the loop's parts all move the same run forward.
  let configuration: ResolvedConfiguration
  let options: RunOptions
  let world: Communicator
  let display: ProgressDisplay
  private let folder: RunFolder
  let trainer: Trainer
  private let evaluator: Evaluator
  let checkpoints: RunCheckpoints
  private let images: ImageFacts
  private var log: MetricsLog?
  var bestNELBO = Double.infinity
  var lastCheckpoint: (path: String, step: Int)?
  private var lastValidation: (metrics: EvaluationMetrics, step: Int)?
  var resumedFrom = 0
  private let start = ContinuousClock.now
  private var trainingStart = ContinuousClock.now

  private struct ImageFacts {
    let height: Int
    let width: Int
    let trainingEnergy: Double
    let validationEnergy: Double
    let dataPath: String
  }

  /// Prepares data, model and folder, and resumes what is to be resumed.
  ///
  /// - Parameters:
  ///   - configuration: The run's settings.
  ///   - options: Folder and resumption.
  ///   - world: The ranks of the run; all must call this.
  ///   - display: Where progress is shown; silent on ranks other than 0.
  /// - Throws: What is wrong with configuration, data or folder; nothing is overwritten then.
  public init(
    _ configuration: ResolvedConfiguration, _ options: RunOptions, on world: Communicator,
    display: ProgressDisplay
  ) throws {
    self.configuration = configuration
    self.options = options
    self.world = world
    self.display = display
    let run = configuration.run
    let isContinued = RunFolder(options.folder).holdsRun
    folder = try TrainingRun.openFolder(configuration, options, on: world)
    try TrainingRun.compareKernels(on: world, mode: run.reduction.mode)
    let data = try RunData.open(
      run.data, runFolder: options.folder, searchFolders: options.searchFolders, on: world
    ) { display.message($0) }
    images = ImageFacts(
      height: data.height, width: data.width, trainingEnergy: data.trainingEnergy,
      validationEnergy: data.validationEnergy, dataPath: data.path)
    let setup = Trainer.Setup(
      model: run.model, training: run.training, reduction: run.reduction, seed: run.seed,
      pixels: data.pixels, samples: data.trainingCount, evaluationChunk: Evaluator.chunk)
    trainer = try Trainer(setup, on: world) { try data.readTraining(rows: $0, into: $1) }
    evaluator = try Evaluator(
      run.model, seed: run.seed,
      plan: EvaluationPlan(
        samples: data.validationCount, shards: run.reduction.shards, chunk: Evaluator.chunk),
      pixels: data.pixels, on: world
    ) { try data.readValidation(rows: $0, into: $1) }
    checkpoints = RunCheckpoints(
      folder.checkpoints, trainer: trainer, configuration: configuration, communicator: world)
    try resume()
    try onFirstRank(world) {
      try folder.writeConfiguration(configuration.yaml)
      let log = try MetricsLog(folder.metrics, continuing: isContinued)
      if log.tornBytes > 0 { display.message("warning: cut a torn line off \(folder.metrics)") }
      self.log = log
      return ""
    }
  }

  /// Trains to the end of the run and writes its summary and pictures.
  ///
  /// - Returns: The final metrics by name, the same on every rank.
  /// - Throws: ``RunError`` if numbers diverge; what cannot be written.
  public func run() throws -> [(name: String, value: Double)] {
    trainingStart = .now
    let total = trainer.totalSteps
    if trainer.progress.step < total { display.message(startLine(total)) }
    while trainer.progress.step < total {
      let report = try step()
      try record(report, total: total)
      try validateIfDue(report, total: total)
      try checkpointIfDue(total: total)
    }
    display.finish()
    return try finish()
  }

  private func step() throws -> StepReport {
    do {
      return try trainer.step().report
    } catch let error as TrainingError {
      throw RunError.diverged(reason: "\(error)", lastCheckpoint: lastCheckpoint?.path)
    }
  }

  private func record(_ report: StepReport, total: Int) throws {
    guard world.rank == 0 else { return }
    let rate = throughput
    display.update(
      TrainingProgress(
        epoch: (report.epoch, of: (total - 1) / trainer.plan.stepsPerEpoch + 1),
        step: (report.step, of: total), loss: report.loss, samplesPerSecond: rate,
        secondsLeft: Double((total - report.step) * trainer.plan.batch) / max(rate, 1e-9)))
    guard report.step % configuration.run.training.logEvery == 0 else { return }
    try log?.append(
      kind: "step", step: report.step, fields: report.fields + [("seconds", .number(seconds))])
  }

  /// Validates at the end of the epochs that ask for it, and at the end of the run.
  private func validateIfDue(_ report: StepReport, total: Int) throws {
    let stepsPerEpoch = trainer.plan.stepsPerEpoch
    let endsEpoch = report.step % stepsPerEpoch == 0
    let isDue = endsEpoch && report.epoch % configuration.run.training.validateEvery == 0
    guard isDue || report.step == total else { return }
    let metrics = try validate()
    let isBest = metrics.nelbo < bestNELBO
    if isBest { bestNELBO = metrics.nelbo }
    try log?.append(
      kind: "validation", step: report.step,
      fields: [("epoch", .integer(report.epoch))]
        + metrics.named.map { ($0.name, .number($0.value)) } + [("seconds", .number(seconds))])
    display.message(
      "step \(report.step): validation \(formatted(metrics.nelbo)) = "
        + "\(formatted(metrics.mse)) + \(formatted(metrics.kl))")
    if isBest { try save(isBest: true) }
  }

  private func validate() throws -> EvaluationMetrics {
    let progress = trainer.progress
    let metrics = try evaluator.evaluate(
      trainer.model, step: progress.step, eventLimit: progress.eventLimit)
    lastValidation = (metrics, progress.step)
    return metrics
  }

  private func checkpointIfDue(total: Int) throws {
    let step = trainer.progress.step
    let isDue = step % configuration.run.checkpoints.interval == 0 || step == total
    guard isDue, lastCheckpoint?.step != step else { return }
    try save(isBest: false)
  }

  /// Writes a checkpoint; a full or failing disk does not end the run, since the older ones are intact.
  private func save(isBest: Bool) throws {
    let step = trainer.progress.step
    let metrics =
      lastValidation.map {
        MetricValue.object($0.metrics.named.map { ($0.name, .number($0.value)) }).json()
      } ?? "{}"
    try onFirstRank(world) {
      // The log must not be behind the checkpoint: a resumed run does not write older lines again.
      try log?.synchronize()
      return ""
    }
    do throws(CheckpointError) {
      let path = try checkpoints.save(bestNELBO: bestNELBO, isBest: isBest, metrics: metrics)
      lastCheckpoint = (path, step)
    } catch {
      guard step < trainer.totalSteps else { throw error }
      display.message("warning: no checkpoint at step \(step): \(error)")
    }
  }

  private func finish() throws -> [(name: String, value: Double)] {
    let step = trainer.progress.step
    let metrics: EvaluationMetrics
    if let last = lastValidation, last.step == step {
      metrics = last.metrics
    } else {
      metrics = try validate()
    }
    if world.rank == 0 {
      try folder.writeSummary(summary(metrics))
      let few = evaluator.firstSamples(64)
      try RunFigures(folder: folder, height: images.height, width: images.width)
        .draw(trainer, metrics: metrics, inputs: few, seed: configuration.run.seed)
    }
    return metrics.named
  }

  private func summary(_ metrics: EvaluationMetrics) -> [(String, MetricValue)] {
    let progress = trainer.progress
    return metrics.named.map { ($0.name, .number($0.value)) } + [
      ("images", .integer(metrics.images)), ("step", .integer(progress.step)),
      ("epoch", .integer(progress.step / trainer.plan.stepsPerEpoch)),
      ("parameters", .integer(trainer.layout.parameterCount)),
      (
        "parameters_sha256",
        .text(
          Checkpoint.parametersDigest(
            trainer.layout, UnsafeBufferPointer(trainer.parameters.elements)))
      ),
      ("energy_train", .number(images.trainingEnergy)),
      ("energy_validation", .number(images.validationEnergy)),
      ("wall_seconds", .number(seconds)), ("samples_per_second", .number(throughput)),
      ("resumed_from_step", .integer(resumedFrom)), ("ranks", .integer(world.size)),
      ("shards", .integer(trainer.plan.shards)), ("blas_core", .text(BLASLibrary.core)),
      ("version", .text(shoalVersion)),
    ]
  }

  private func startLine(_ total: Int) -> String {
    let run = configuration.run
    return "\(folder.path): \(trainer.layout.parameterCount) parameters, "
      + "\(total - trainer.progress.step) steps of \(run.training.batch) samples on "
      + "\(world.size) rank\(world.size == 1 ? "" : "s"), data energy \(formatted(images.trainingEnergy))"
  }

  private var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  private var throughput: Double {
    let samples = Double((trainer.progress.step - resumedFrom) * trainer.plan.batch)
    return samples / max(1e-9, (ContinuousClock.now - trainingStart) / .seconds(1))
  }
}
