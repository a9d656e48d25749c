import Checkpoints
import Datasets
import Evaluation
import Foundation
import Layers
import MPI
import Reporting
import Tensors
import Training

extension TrainingRun {
  /// Writes the summary and the pictures, unless the run was over before it was started again.
  ///
  /// - Returns: The final metrics by name.
  func finish() throws -> [(name: String, value: Double)] {
    let step = trainer.progress.step
    let trained = step > resumedFrom
    let seconds = seconds
    let metrics: EvaluationMetrics
    if let last = lastValidation, last.step == step {
      metrics = last.metrics
    } else {
      metrics = try validate()
    }
    try onFirstRank(world) {
      if !trained, FileManager.default.fileExists(atPath: folder.summary) { return }
      try folder.writeSummary(summary(metrics, seconds: trained ? seconds : past.seconds))
      for figure in figures(metrics) {
        try figure.image.writePNG(to: folder.figure("\(figure.name).png"))
      }
    }
    return metrics.named
  }

  /// Draws what the model does after a validation; on rank 0.
  func figures(_ metrics: EvaluationMetrics) -> [RunFigures.Figure] {
    RunFigures(height: images.height, width: images.width).draw(
      trainer, metrics: metrics, inputs: evaluator.firstSamples(32),
      configuration: configuration.run)
  }

  private func summary(
    _ metrics: EvaluationMetrics, seconds: Double
  ) -> [(String, MetricValue)] {
    let step = trainer.progress.step
    let digest = Checkpoint.parametersDigest(
      trainer.layout, UnsafeBufferPointer(trainer.parameters.elements))
    return metrics.named.map { ($0.name, .number($0.value)) } + [
      ("images", .integer(metrics.images)), ("step", .integer(step)),
      ("epoch", .integer(step / trainer.plan.stepsPerEpoch)),
      ("parameters", .integer(trainer.layout.parameterCount)),
      ("parameters_sha256", .text(digest)),
      ("energy_train", .number(images.trainingEnergy)),
      ("energy_validation", .number(images.validationEnergy)),
      ("wall_seconds", .number(seconds)),
      ("samples_per_second", .number(Double(step * trainer.plan.batch) / max(seconds, 1e-9))),
      ("resumed_from_step", .integer(resumedFrom)), ("lost_ranks", .integer(lostRanks)),
      ("ranks", .integer(world.size)),
      ("shards", .integer(trainer.plan.shards)), ("kernels", .text(Kernels.own)),
      ("version", .text(shoalVersion)),
    ]
  }
}
