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
  /// Writes the summary and the pictures, unless the run was over before it was started again, and
  /// then what takes longer: fits, for the page.
  ///
  /// - Parameter hasSignal: Whether a signal has arrived; the page is then left without fits.
  /// - Returns: The final metrics by name.
  /// - Throws: What cannot be written; `MPIError`.
  func finish(hasSignal: () -> Bool) throws -> [(name: String, value: Double)] {
    let step = trainer.progress.step
    let trained = step > resumedFrom
    let seconds = seconds
    let metrics: EvaluationMetrics
    if let last = lastValidation, last.step == step {
      metrics = last.metrics
    } else {
      metrics = try validate()
    }
    let isOver = try textFromFirstRank(world) {
      !trained && FileManager.default.fileExists(atPath: folder.summary) ? "over" : ""
    }
    guard isOver.isEmpty else { return metrics.named }
    let summary = summary(metrics, seconds: trained ? seconds : past.seconds, hasDigest: true)
    try onFirstRank(world) {
      try folder.writeSummary(summary)
      for figure in RunFigures.draw(pictures(), metrics: metrics) {
        try figure.image.writePNG(to: folder.figure("\(figure.name).png"))
      }
      writePage(.finished, summary: RunSummary(summary))
    }
    if let fields = try receptiveFields(isCancelled: hasSignal) {
      writePage(.finished, fields, summary: RunSummary(summary))
    }
    return metrics.named
  }

  /// What a summary says of a run that has come so far.
  ///
  /// - Parameters:
  ///   - metrics: The last validation's, if there was one.
  ///   - seconds: Time spent on training.
  ///   - hasDigest: Whether it names the parameters' digest, which takes a while for large models.
  /// - Returns: The fields.
  func summary(
    _ metrics: EvaluationMetrics?, seconds: Double, hasDigest: Bool
  ) -> [(String, MetricValue)] {
    let step = trainer.progress.step
    let named = (metrics?.named ?? []).map { ($0.name, MetricValue.number($0.value)) }
    let images = metrics.map { [("images", MetricValue.integer($0.images))] } ?? []
    let progress: [(String, MetricValue)] = [
      ("step", .integer(step)), ("epoch", .integer(step / trainer.plan.stepsPerEpoch)),
      ("parameters", .integer(trainer.layout.parameterCount)),
    ]
    return named + images + progress + (hasDigest ? [digest] : []) + [
      ("energy_train", .number(data.trainingEnergy)),
      ("energy_validation", .number(data.validationEnergy)),
      ("wall_seconds", .number(seconds)),
      ("samples_per_second", .number(Double(step * trainer.plan.batch) / max(seconds, 1e-9))),
      ("resumed_from_step", .integer(resumedFrom)), ("lost_ranks", .integer(lostRanks)),
      ("ranks", .integer(world.size)),
      ("shards", .integer(trainer.plan.shards)), ("kernels", .text(Kernels.own)),
      ("kernel_fingerprint", .text(Kernels.fingerprint.text)),
      ("data_sha256", .text(data.digest.samples)),
      ("data_origin_sha256", .text(data.digest.origin)),
      ("version", .text(shoalVersion)),
    ]
  }

  private var digest: (String, MetricValue) {
    let parameters = UnsafeBufferPointer(trainer.parameters.elements)
    return (
      "parameters_sha256", .text(Checkpoint.parametersDigest(trainer.layout, parameters))
    )
  }
}
