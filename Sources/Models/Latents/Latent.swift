public import Layers
public import Tensors

/// The latent variables of an autoencoder: what lies between encoder and decoder.
///
/// A pass calls ``posterior(_:_:)`` on the encoder's output, then either ``sample(_:rows:noise:_:)`` and
/// ``backward(_:of:into:klWeight:_:)`` or, where the loss has a closed form, the moments and
/// ``backwardMoments(_:variance:into:klWeight:_:)``. Results lie in the pass's activations.
public protocol Latent {
  /// Values that the encoder gives.
  var encodingWidth: Int { get }
  /// Values that the decoder gets.
  var codeWidth: Int { get }
  /// KL in nats of each latent variable, summed over the batch.
  var klPerLatent: UnsafeMutableBufferPointer<Double> { get }
  /// How much each value of the code matters, summed over the batch: by what dictionary elements are ordered.
  var importance: UnsafeMutableBufferPointer<Double> { get }
  /// Whether exactly one value of the code is 1 and all others 0, so that they are not independent.
  var isOneHot: Bool { get }
  /// Whether the posterior is a rate of events.
  var hasRates: Bool { get }

  /// Sets what does not start by ``InitialValues``.
  ///
  /// - Parameters:
  ///   - parameters: The model's parameters.
  ///   - seed: The run's seed.
  func initialize(_ parameters: AlignedBuffer<Float>, seed: UInt32)

  /// Works out posterior and KL.
  ///
  /// - Parameters:
  ///   - encoding: The encoder's output, shape [batch, ``encodingWidth``].
  ///   - pass: Parameters and memory.
  /// - Returns: The largest rate, not a number if any is none; 0 without rates.
  func posterior(_ encoding: Matrix, _ pass: NetworkPass) -> Float

  /// Writes what classifiers get of a sample: what the encoder says of it, without the prior.
  ///
  /// - Parameters:
  ///   - encoding: The encoder's output, shape [batch, ``encodingWidth``].
  ///   - features: Receives shape [batch, ``codeWidth``].
  func writeFeatures(of encoding: Matrix, into features: Matrix)

  /// Draws one sample from the posterior.
  ///
  /// - Parameters:
  ///   - sampling: How.
  ///   - rows: The size of the batch.
  ///   - noise: Where random numbers come from.
  ///   - pass: Parameters and memory.
  /// - Returns: The code, shape [batch, ``codeWidth``].
  func sample(
    _ sampling: LatentSampling, rows: Int, noise: SampleNoise, _ pass: NetworkPass
  ) -> Matrix

  /// Draws from the prior.
  ///
  /// - Parameters:
  ///   - limit: The most arrivals that are drawn, of rates.
  ///   - noise: Where random numbers come from; gives the number of samples.
  ///   - pass: Parameters and memory.
  /// - Returns: Codes, shape [samples, ``codeWidth``].
  func samplePrior(limit: Int, noise: SampleNoise, _ pass: NetworkPass) -> Matrix

  /// The posterior mean of each latent variable, before any latent function.
  ///
  /// - Parameters:
  ///   - rows: The size of the batch.
  ///   - pass: Parameters and memory.
  /// - Returns: Shape [batch, ``codeWidth``].
  func mean(rows: Int, _ pass: NetworkPass) -> Matrix

  /// The code that belongs to the posterior mean; written over the last sample.
  ///
  /// - Parameters:
  ///   - rows: The size of the batch.
  ///   - pass: Parameters and memory.
  /// - Returns: Shape [batch, ``codeWidth``]; `nil` where the mean itself is the code.
  func meanCode(rows: Int, _ pass: NetworkPass) -> Matrix?

  /// Adds the sum over the batch of each value's posterior variance.
  ///
  /// - Parameters:
  ///   - sums: Shape [``codeWidth``].
  ///   - rows: The size of the batch.
  ///   - pass: Parameters and memory.
  func addVariances(
    to sums: UnsafeMutableBufferPointer<Double>, rows: Int, _ pass: NetworkPass)

  /// Chains the gradient of the code back to the encoder's output, and adds the prior's.
  ///
  /// - Parameters:
  ///   - codeGradient: ∂loss/∂code; its contents are lost.
  ///   - sampling: How the code was sampled.
  ///   - encodingGradient: Receives ∂loss/∂encoding; where the widths agree it may be the same memory.
  ///   - klWeight: What the loss multiplies the KL by.
  ///   - pass: Parameters and memory.
  func backward(
    _ codeGradient: Matrix, of sampling: LatentSampling, into encodingGradient: Matrix,
    klWeight: Float, _ pass: NetworkPass)

  /// The same where the loss depends on the posterior's mean and variance instead of a sample.
  ///
  /// - Parameters:
  ///   - meanGradient: ∂loss/∂mean; its contents are lost.
  ///   - varianceGradient: ∂loss/∂variance, the same for each sample, shape [``codeWidth``].
  ///   - encodingGradient: Receives ∂loss/∂encoding.
  ///   - klWeight: What the loss multiplies the KL by.
  ///   - pass: Parameters and memory.
  func backwardMoments(
    _ meanGradient: Matrix, variance varianceGradient: UnsafeMutableBufferPointer<Float>,
    into encodingGradient: Matrix, klWeight: Float, _ pass: NetworkPass)
}

extension Latent {
  /// Nothing.
  public func initialize(_ parameters: AlignedBuffer<Float>, seed: UInt32) {}

  /// The mean itself is the code.
  public func meanCode(rows: Int, _ pass: NetworkPass) -> Matrix? { nil }

  /// Values are independent.
  public var isOneHot: Bool { false }

  /// There are none.
  public var hasRates: Bool { false }
}

/// How a posterior is sampled.
public enum LatentSampling: Sendable, Equatable {
  /// A differentiable sample at a temperature, of at most so many arrivals.
  case relaxed(temperature: Float, limit: Int)
  /// Whole values, with the gradient of the relaxed sample of the same random numbers.
  case straightThrough(temperature: Float, limit: Int)
  /// As in evaluation: whole values where the family has such, without a gradient.
  case hard(limit: Int)

  /// The most arrivals that are drawn.
  var limit: Int {
    switch self {
    case .relaxed(_, let limit), .straightThrough(_, let limit), .hard(let limit): limit
    }
  }

  /// The temperature of the gradient, if there is one.
  var temperature: Float? {
    switch self {
    case .relaxed(let temperature, _), .straightThrough(let temperature, _): temperature
    case .hard: nil
    }
  }

  /// Whether the forward values are whole.
  var isWhole: Bool {
    if case .relaxed = self { false } else { true }
  }
}
