import Evaluation
import Layers
import MPI
import Models
import Reporting
import Tensors
import Training

extension TrainingRun {
  /// The shortest time between two pages of a run under way: each costs some 50 ms, and small runs
  /// validate every second.
  private static let pageInterval = Duration.seconds(10)

  /// Writes the page, unless the last one is recent and the run goes on.
  ///
  /// A page that cannot be written does not end the run.
  ///
  /// - Parameters:
  ///   - status: How far the run has come.
  ///   - fields: Fits to the dictionary's elements, which take too long for a run under way.
  ///   - summary: What the run's summary says; what it would say by now where `nil`.
  func writePage(
    _ status: RunReport.Status, _ fields: ReceptiveFields? = nil, summary: RunSummary? = nil
  ) {
    guard world.rank == 0 else { return }
    if status == .running, let lastPage, ContinuousClock.now - lastPage < TrainingRun.pageInterval {
      return
    }
    do {
      try folder.writeReport(report(status, fields, summary).page().html)
      pageIsFailing = false
    } catch {
      if !pageIsFailing { display.warn("the page is not written: \(error)") }
      pageIsFailing = true
    }
    lastPage = .now
  }

  /// Fits Gabor functions to the elements of a linear decoder, or to a sample of many; all ranks
  /// must call this.
  ///
  /// - Parameter isCancelled: Whether to end without them, asked on every rank.
  /// - Returns: The fits; `nil` without a dictionary, or where they were cancelled.
  /// - Throws: `MPIError`.
  func receptiveFields(isCancelled: () -> Bool) throws -> ReceptiveFields? {
    let (model, pass) = (trainer.model, trainer.pass)
    guard let dictionary = model.dictionary else { return nil }
    world.watchdog?.activity = "the fits of Gabor functions"
    defer { display.finish() }
    return try ReceptiveFields.fit(
      pass[dictionary].valueMatrix, height: model.image.height, width: model.image.width,
      limit: ReceptiveFields.quickCount(pixels: model.image.count), on: world,
      progress: { display.update(WorkProgress("Gabor fits", $0, of: $1)) },
      isCancelled: isCancelled)
  }

  /// What the model shows now, drawn once a step; on rank 0.
  func pictures() -> RunPictures {
    let progress = trainer.progress
    if let drawn, drawn.step == progress.step { return drawn.pictures }
    let pictures = RunPictures(
      trainer.model, trainer.pass, configuration.run, step: progress.step,
      eventLimit: progress.eventLimit, inputs: evaluator.firstSamples(RunPictures.shown))
    drawn = (pictures, progress.step)
    return pictures
  }

  private func report(
    _ status: RunReport.Status, _ fields: ReceptiveFields?, _ written: RunSummary?
  ) -> RunReport {
    let summary =
      written ?? RunSummary(summary(lastValidation?.metrics, seconds: seconds, hasDigest: false))
    var report = RunReport(
      name: folder.name, status: status, configuration: configuration,
      summary: summary, history: history)
    report.metrics = lastValidation?.metrics
    report.metricsStep = lastValidation?.step
    report.pictures = pictures()
    report.data = DataFacts(data)
    report.fields = fields
    return report
  }
}
