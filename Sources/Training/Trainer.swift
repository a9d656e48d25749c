public import DataParallel
public import Datasets
import Foundation
public import Layers
public import MPI
public import Models
public import Tensors

/// Trains one model on all ranks of a communicator.
///
/// Every rank holds the whole model and some of the data's shards. A step computes one gradient
/// for each shard, adds them over all ranks, and makes the same update everywhere.
public final class Trainer {
  // A class because the run, its checkpoints and its evaluation see the same state.

  /// The model.
  public let model: any ImageModel
  /// The parameters, the same on every rank.
  public let parameters: AlignedBuffer<Float>
  /// The optimizer with its moments.
  public let optimizer: any Optimizer
  /// The schedules of the run.
  public let schedules: Schedules
  /// How epochs are cut into batches.
  public let plan: BatchPlan
  /// The parameters' layout.
  public var layout: ParameterLayout { model.layout.parameters }
  /// A pass of the model without dropout, for other purposes than training; its gradients are the
  /// last step's, summed over all shards.
  public var pass: NetworkPass {
    NetworkPass(parameters: parameters, gradients: gradient, activations: activations)
  }
  /// Whether ranks exchange sums of gradients, instead of seeing one another's.
  public var exchangesSums: Bool { reduction.exchangesSums }
  /// What changes beside the vectors.
  public private(set) var progress: Progress

  private let configuration: TrainingConfiguration
  private let communicator: Communicator
  private let seed: UInt32
  private let shards: [TrainingShard]
  private let activations: Activations
  private let gradients: [AlignedBuffer<Float>]
  /// Their sum over all shards of all ranks.
  private let gradient: AlignedBuffer<Float>
  private let reduction: GradientReduction
  /// Lets sums begin while the last shard's gradients are still computed.
  private let onCompletion: ((Int) -> Void)?
  private let agreement: StepAgreement
  private let replicas: ReplicaCheck
  private let verifyInterval: Int
  /// Floats that are added as MPI likes may differ by their last bits, on processors of different
  /// kinds.
  private let comparesReplicas: Bool
  private let batch: AlignedBuffer<Float>
  private let indices: AlignedBuffer<UInt32>
  private var shuffledEpoch: Int?

  /// The places of a shard's terms in the ranks' agreement.
  private enum Term {
    static let reconstruction = 0
    static let kl = 1
    static let count = 2
  }

  /// Where a run stands, beside its vectors.
  public struct Progress: Sendable, Equatable {
    /// Updates made so far.
    public var step = 0
    /// The most arrivals that are drawn in this epoch (n_exp).
    public var eventLimit = EventLimit.initial
    /// The largest rates of this epoch's batches so far, added up.
    public var largestRateSum = 0.0
    /// The bits of each parameter's largest gradient in the last step, by which the next one's
    /// exact sums are scaled; none before the first.
    public var gradientMagnitudes: [UInt32] = []

    /// The start of a run.
    public init() {}
  }

  /// Everything that a trainer is made from.
  public struct Setup {
    /// The model's configuration.
    public var model: ModelConfiguration
    /// The training's configuration.
    public var training: TrainingConfiguration
    /// The reduction's configuration.
    public var reduction: ReductionConfiguration
    /// The run's seed.
    public var seed: UInt32
    /// Rows of an image.
    public var height: Int
    /// Columns of an image.
    public var width: Int
    /// Number of training samples.
    public var samples: Int
    /// The most samples that the model will be given at once for other purposes than training.
    public var evaluationChunk: Int

    /// Collects what a trainer is made from.
    ///
    /// - Parameters:
    ///   - model: The model's configuration.
    ///   - training: The training's configuration.
    ///   - reduction: The reduction's configuration.
    ///   - seed: The run's seed.
    ///   - height: Rows of an image.
    ///   - width: Columns of an image.
    ///   - samples: Number of training samples.
    ///   - evaluationChunk: The most samples of a pass beside training.
    public init(
      model: ModelConfiguration, training: TrainingConfiguration,
      reduction: ReductionConfiguration, seed: UInt32, height: Int, width: Int, samples: Int,
      evaluationChunk: Int
    ) {
      self.model = model
      self.training = training
      self.reduction = reduction
      self.seed = seed
      self.height = height
      self.width = width
      self.samples = samples
      self.evaluationChunk = evaluationChunk
    }
  }

  /// Reads this rank's data and starts a model.
  ///
  /// - Parameters:
  ///   - setup: Model, data and schedules.
  ///   - communicator: The ranks that train together; all must call this.
  ///   - read: Reads training samples of a range into a buffer, shape [range, pixels]; called once
  ///     a shard, as often on one rank as on another only if shards divide evenly.
  /// - Throws: `DatasetError` if batch, shards, ranks, epochs and data do not fit; `ModelError`;
  ///   what `read` throws.
  public init(
    _ setup: Setup, on communicator: Communicator,
    read: (Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    self.communicator = communicator
    configuration = setup.training
    seed = setup.seed
    let plan = try BatchPlan(
      samples: setup.samples, batch: setup.training.batch, shards: setup.reduction.shards)
    let steps = setup.training.epochs.multipliedReportingOverflow(by: plan.stepsPerEpoch)
    guard !steps.overflow, steps.partialValue <= UInt32.max else {
      throw DatasetError.configuration(
        key: "training.epochs", found: "\(setup.training.epochs)",
        expected: "at most \(UInt32.max) steps, of which an epoch has \(plan.stepsPerEpoch)")
    }
    let ownership = try ShardOwnership(shards: plan.shards, ranks: communicator.size)
    let model = try setup.model.model(height: setup.height, width: setup.width)
    let pixels = model.image.count
    let count = model.layout.parameters.count
    let parameters = AlignedBuffer<Float>(count: count, repeating: 0)
    self.plan = plan
    self.model = model
    self.parameters = parameters
    shards = try ownership.shards(of: communicator.rank).map { number in
      try TrainingShard(number, plan: plan, seed: setup.seed, pixels: pixels, read: read)
    }
    let largestShare = plan.share(of: 0).count
    activations = Activations(
      model.layout.activations, capacity: max(largestShare, setup.evaluationChunk))
    batch = AlignedBuffer(count: largestShare * pixels, repeating: 0)
    indices = AlignedBuffer(count: largestShare, repeating: 0)
    let optimizer: any Optimizer =
      setup.model.family.isSparseCoding
      ? DictionaryLearning(model.layout.parameters)
      : Adamax(setup.training.adamax, weightDecay: setup.training.weightDecay, count: count)
    self.optimizer = optimizer
    schedules = Schedules(setup.training, stepsPerEpoch: plan.stepsPerEpoch)
    let reduction = try GradientReduction(
      layout: model.layout.parameters,
      shards: (0..<communicator.size).map { ownership.shards(of: $0).count },
      mode: setup.reduction.mode, sharesMemory: setup.reduction.sharedMemory, on: communicator)
    self.reduction = reduction
    gradients = reduction.gradients
    gradient = reduction.sum
    onCompletion =
      setup.reduction.overlap ? { reduction.gradientsAreComplete(from: $0) } : nil
    agreement = StepAgreement(
      magnitudes: model.layout.parameters.entries.count, shards: plan.shards,
      termsPerShard: Term.count)
    replicas = ReplicaCheck(
      layout: model.layout.parameters,
      vectors: [("parameters", parameters)] + optimizer.moments.map { ($0.name, $0.values) },
      communicator: communicator)
    verifyInterval = setup.reduction.verifyInterval
    comparesReplicas = setup.reduction.mode == .exact
    progress = Progress()
    model.initialize(parameters, seed: setup.seed)
  }

  /// Continues from a state that was restored into the vectors.
  ///
  /// - Parameter progress: Where the run stood.
  public func resume(_ progress: Progress) {
    self.progress = progress
    shuffledEpoch = nil
  }

  /// The number of steps of the whole run.
  public var totalSteps: Int {
    configuration.steps ?? configuration.epochs * plan.stepsPerEpoch
  }

  /// Makes one update.
  ///
  /// - Parameter request: What this rank asks of all, such as to stop; 0 for nothing.
  /// - Returns: What the step did, and the largest request of all ranks.
  /// - Throws: ``TrainingError`` if the loss or gradient is not finite, with the parameters as they
  ///   were before the step, or if ranks differ after it; `MPIError`.
  public func step(request: Int = 0) throws -> (report: StepReport, request: Int) {
    let epoch = progress.step / plan.stepsPerEpoch
    if shuffledEpoch != epoch {
      for shard in shards { shard.shuffle(epoch: epoch) }
      shuffledEpoch = epoch
    }
    communicator.watchdog?.step = progress.step + 1
    communicator.watchdog?.activity = "the step's agreement"
    agreement.clear()
    agreement.report(request: request)
    reduction.begin(after: progress.gradientMagnitudes)
    model.prepare(pass)
    for index in shards.indices { computeGradient(index, epoch: epoch) }
    try reduction.report(to: agreement)
    try agreement.agree(on: communicator)
    do {
      try checkIsFinite()
    } catch {
      try reduction.discard()
      throw error
    }
    communicator.watchdog?.activity = "the sum of gradients"
    let squares = try reduction.reduce(agreement)
    guard squares.isFinite else {
      throw TrainingError.notFinite(what: "the gradient's norm", step: progress.step + 1)
    }
    let report = update(norm: squares.squareRoot(), epoch: epoch)
    finish(report.rates)
    rememberMagnitudes()
    if verifyInterval > 0, progress.step % verifyInterval == 0 { try verifyReplicas() }
    return (report, agreement.request)
  }

  /// Sees whether all ranks hold the same parameters and moments; collective.
  ///
  /// - Throws: ``TrainingError`` that names the tensor, and the rank where most others agree;
  ///   `MPIError`.
  public func verifyReplicas() throws {
    guard comparesReplicas else { return }
    communicator.watchdog?.activity = "the comparison of ranks"
    guard let reason = try replicas.difference() else { return }
    throw TrainingError.replicasDiffer(reason: reason, step: progress.step)
  }

  private func pass(_ index: Int, dropout: SampleNoise) -> NetworkPass {
    NetworkPass(
      parameters: parameters, gradients: gradients[index], activations: activations,
      dropout: dropout, startsGradients: true,
      onCompletion: index == shards.count - 1 ? onCompletion : nil)
  }

  private func computeGradient(_ index: Int, epoch: Int) {
    let shard = shards[index]
    let step = progress.step
    let pixels = model.image.count
    let x = Matrix(batch.view(0..<shard.share * pixels), rows: shard.share, columns: pixels)
    let indices = indices.view(0..<shard.share)
    shard.gather(batch: step - epoch * plan.stepsPerEpoch, into: x, indices: indices)
    layout.clear(gradients[index])
    let noise = SampleNoise(
      seed: seed, purpose: .latents, step: step, samples: UnsafeBufferPointer(indices))
    let terms = model.train(
      x,
      TrainingPass(
        method: configuration.method, temperature: Float(schedules.temperature(step)),
        isCold: schedules.isCold(step), beta: Float(rateWeight(step)),
        eventLimit: progress.eventLimit, globalBatch: plan.batch, noise: noise),
      pass(index, dropout: noise))
    agreement.report(term: terms.reconstruction, Term.reconstruction, shard: shard.number)
    agreement.report(term: terms.kl, Term.kl, shard: shard.number)
    agreement.report(rate: terms.largestRate ?? 0)
  }

  private func checkIsFinite() throws(TrainingError) {
    let step = progress.step + 1
    for (index, entry) in layout.entries.enumerated()
    where agreement.magnitude(index) >= 0x7f80_0000 {
      throw .notFinite(what: "the gradient of \(entry.name)", step: step)
    }
    guard agreement.total(Term.reconstruction).isFinite else {
      throw .notFinite(what: "the squared error", step: step)
    }
    guard agreement.total(Term.kl).isFinite else {
      throw .notFinite(what: "the rate term", step: step)
    }
    guard agreement.largestRate.isFinite else {
      throw .notFinite(what: "the largest rate", step: step)
    }
  }

  private func update(norm: Double, epoch: Int) -> StepReport {
    let step = progress.step
    let bound = schedules.gradientBound(step) ?? .infinity
    let learningRate = schedules.learningRate(step)
    optimizer.update(
      parameters, gradient: gradient, factor: norm > bound ? bound / norm : 1,
      learningRate: learningRate, step: step)
    let mse = agreement.total(Term.reconstruction) / Double(plan.batch)
    let kl = agreement.total(Term.kl) / Double(plan.batch)
    let beta = rateWeight(step)
    let rates =
      model.hasRates
      ? StepReport.Rates(
        largest: Double(agreement.largestRate), eventLimit: progress.eventLimit) : nil
    return StepReport(
      step: step + 1, epoch: epoch + 1, loss: model.loss(error: mse, rate: kl, weight: beta),
      mse: mse, kl: kl,
      gradientNorm: norm, rates: rates, learningRate: learningRate,
      temperature: schedules.temperature(step), beta: beta)
  }

  private func rateWeight(_ step: Int) -> Double {
    model.rateWeight(beta: schedules.beta(step), epoch: step / plan.stepsPerEpoch)
  }

  private func rememberMagnitudes() {
    if progress.gradientMagnitudes.isEmpty {
      progress.gradientMagnitudes = [UInt32](repeating: 0, count: layout.entries.count)
    }
    for i in layout.entries.indices { progress.gradientMagnitudes[i] = agreement.magnitude(i) }
  }

  /// Counts the step, and after an epoch sets the next one's limit of arrivals.
  private func finish(_ rates: StepReport.Rates?) {
    progress.step += 1
    guard let rates else { return }
    progress.largestRateSum += rates.largest
    guard progress.step % plan.stepsPerEpoch == 0 else { return }
    let mean = progress.largestRateSum / Double(plan.stepsPerEpoch)
    progress.eventLimit = EventLimit.forLargestRate(mean)
    progress.largestRateSum = 0
  }
}
