import Evaluation
import Reporting
import Training

/// What a run tells TensorBoard; on rank 0.
///
/// A full disk does not end the run: events wait in memory.
struct RunEvents: ~Copyable {
  private static let descriptions: [String: String] = [
    "training/loss": "mse + beta · kl, of sparse coding mse/2 + λ · L1 norm; a mean over the batch",
    "training/mse": "squared error summed over pixels, a mean over the batch",
    "training/kl":
      "nats, or the L1 norm of sparse coding; summed over latents, a mean over the batch",
    "training/gradient_norm": "of the whole gradient, before it is clipped",
    "training/largest_rate": "the largest posterior rate, in expected spikes",
    "training/event_limit": "the most arrivals that are drawn for a latent",
    "training/samples_per_second": "over all ranks, since the logged step before",
    "validation/nelbo": "mse + kl, a mean over images",
    "validation/energy": "mse_normalized/2 + λ · l1_norm",
    "validation/mse_normalized": "squared error of images of mean 0 and variance 1",
    "validation/l1_norm": "summed over elements, a mean over images",
    "validation/mse": "squared error of one decoded sample, summed over pixels, a mean over images",
    "validation/mse_map": "squared error of the decoded posterior mean",
    "validation/kl": "nats, summed over latents, a mean over images",
    "validation/kl_per_latent": "nats, or the L1 norm of sparse coding; a mean over images",
    "validation/importance": "how much each value of the code matters",
    "images/dictionary": "elements by ascending KL, each scaled on its own",
    "images/reconstructions": "held-out images above their reconstructions",
    "images/samples": "samples of the prior",
  ]

  private var log: EventLog
  private let display: ProgressDisplay
  private var isFailing = false
  /// The logged step before, or the validation after it.
  private var previous: (step: Int, time: ContinuousClock.Instant)

  /// Opens the log.
  ///
  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - isContinued: Whether what is there belongs to this run.
  ///   - step: Where the run starts.
  ///   - display: Is told of what goes wrong.
  /// - Throws: ``RunFolderError``.
  init(
    _ folder: RunFolder, isContinued: Bool, step: Int, display: ProgressDisplay
  ) throws(RunFolderError) {
    self.display = display
    log = try EventLog(folder.events, continuing: isContinued)
    previous = (step, .now)
    if log.tornBytes > 0 { display.warn("cut a torn event off \(folder.events)") }
  }

  /// Records a step that is logged.
  mutating func record(_ report: StepReport, batch: Int) {
    let now = ContinuousClock.now
    let samples = Double((report.step - previous.step) * batch)
    let rate = samples / max(1e-9, (now - previous.time) / .seconds(1))
    previous = (report.step, now)
    let fields = report.fields + [("samples_per_second", .number(rate))]
    append(step: report.step) { fields.compactMap { Self.scalar("training", $0) } }
  }

  /// Records a validation; the pictures are not drawn for one that is in the file already.
  mutating func record(
    _ metrics: EvaluationMetrics, step: Int, figures: () throws -> [RunFigures.Figure]
  ) {
    defer { previous = (step, .now) }
    guard let first = metrics.named.first, log.lacks("validation/\(first.name)", step: step) else {
      return
    }
    append(step: step) {
      let scalars = metrics.named.map {
        Self.value("validation/\($0.name)", .scalar($0.value))
      }
      let pictures = try figures().map { Self.value("images/\($0.name)", .image($0.image)) }
      return scalars + Self.histograms(of: metrics) + pictures
    }
  }

  /// Waits until the disk has what was recorded, unless it is full.
  func synchronize() throws(RunFolderError) {
    if !isFailing { try log.synchronize() }
  }

  private mutating func append(
    step: Int, _ values: () throws -> [SummaryEvent.Value]
  ) {
    do {
      try log.append(step: step, values())
      isFailing = false
    } catch {
      if !isFailing { display.warn("events for TensorBoard are kept for later: \(error)") }
      isFailing = true
    }
  }

  /// The importance is shown only where it is something else than the KL.
  private static func histograms(of metrics: EvaluationMetrics) -> [SummaryEvent.Value] {
    let kl = value("validation/kl_per_latent", .histogram(Histogram(of: metrics.klPerLatent)))
    guard metrics.importance != metrics.klPerLatent else { return [kl] }
    return [kl, value("validation/importance", .histogram(Histogram(of: metrics.importance)))]
  }

  private static func scalar(
    _ group: String, _ field: (name: String, value: MetricValue)
  ) -> SummaryEvent.Value? {
    switch field.value {
    case .number(let number): value("\(group)/\(field.name)", .scalar(number))
    case .integer(let number): value("\(group)/\(field.name)", .scalar(Double(number)))
    default: nil
    }
  }

  private static func value(_ tag: String, _ content: SummaryEvent.Content) -> SummaryEvent.Value {
    SummaryEvent.Value(tag, description: descriptions[tag] ?? "", content)
  }
}
