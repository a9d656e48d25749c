internal import CKernels
public import Layers
public import Tensors

/// Poisson spike counts whose posterior is expressed relative to a learned prior.
///
/// The prior rate is r = e^ρ, the posterior rate λ = r·eᵘ, both in expected spikes per sample. The
/// encoder's output a gives u = 10 − softplus(10 − a), and ln λ = ρ + u is softly held below
/// `rateClamp` in the same way. Source: Vafaii, Galor & Yates, "Poisson Variational Autoencoder",
/// NeurIPS 2024.
public struct PoissonLatent {
  /// ρ, shape [latents].
  public let logPrior: Parameter
  /// The soft upper bound C of ln λ.
  public let rateClamp: Float
  /// The soft indicator of the relaxed sample.
  public let indicator: Indicator
  /// Whether u is held between 0 and 10 instead, so that input can only raise a rate.
  public let excitationOnly: Bool

  /// Makes the latent variables of a prior that exists.
  ///
  /// - Parameters:
  ///   - logPrior: ρ, shape [latents].
  ///   - rateClamp: The soft upper bound of ln λ.
  ///   - indicator: The soft indicator of the relaxed sample.
  ///   - excitationOnly: Whether u is held between 0 and 10.
  public init(
    logPrior: Parameter, rateClamp: Float, indicator: Indicator, excitationOnly: Bool = false
  ) {
    self.logPrior = logPrior
    self.rateClamp = rateClamp
    self.indicator = indicator
    self.excitationOnly = excitationOnly
  }

  /// Computes rates and divergences for the encoder's output.
  ///
  /// KL = r·(1 − δ + δ ln δ) with δ = eᵘ: per latent, in nats, zero at u = 0. As in the published code
  /// it does not see the bound of ln λ.
  ///
  /// - Parameters:
  ///   - encoding: a, shape [batch, latents].
  ///   - memory: Receives rates and slopes in its first rows.
  /// - Returns: The largest rate; not a number if any rate is none.
  public func posterior(_ encoding: Matrix, into memory: PoissonMemory) -> Float {
    precondition(encoding.columns == logPrior.value.count, "the encoding has another width")
    memory.klPerLatent.elements.update(repeating: 0)
    var arguments = shoal_poisson_posterior(
      rows: encoding.rows, latents: encoding.columns, encoding: encoding.elements.baseAddress,
      log_prior: logPrior.value.baseAddress, rate_clamp: rateClamp,
      excitation_only: excitationOnly ? 1 : 0, rate: memory.rate.elements.baseAddress,
      rate_slope: memory.rateSlope.elements.baseAddress,
      excitation_slope: memory.excitationSlope.elements.baseAddress,
      kl_slope: memory.klSlope.elements.baseAddress,
      kl_per_latent: memory.klPerLatent.elements.baseAddress)
    return shoal_poisson_rates(&arguments)
  }

  /// Draws one sample per element from the posterior that `memory` holds.
  ///
  /// - Parameters:
  ///   - rows: The number of rows of the batch.
  ///   - kind: Relaxed, hard or straight-through.
  ///   - limit: The most arrivals that are drawn; see ``EventLimit``.
  ///   - noise: Where random numbers come from.
  ///   - memory: Receives the sample and, unless it is hard, ∂z/∂ln λ of the relaxed sample.
  public func sample(
    rows: Int, _ kind: PoissonSample, limit: Int, noise: LatentNoise, into memory: PoissonMemory
  ) {
    precondition(noise.samples.count == rows, "\(noise.samples.count) samples for \(rows) rows")
    var arguments = shoal_poisson_draw()
    arguments.rows = rows
    arguments.latents = logPrior.value.count
    arguments.rate = UnsafePointer(memory.rate.elements.baseAddress)
    arguments.key = (noise.key.x, noise.key.y)
    arguments.step = noise.step
    arguments.samples = noise.samples.baseAddress
    arguments.temperature = kind.temperature ?? 1
    arguments.indicator = indicator.kernelCode
    arguments.hard = kind.countsAreWhole ? 1 : 0
    arguments.largest_count = UInt32(clamping: limit)
    arguments.z = memory.z.elements.baseAddress
    arguments.slope = kind.temperature == nil ? nil : memory.sampleSlope.elements.baseAddress
    shoal_poisson_sample(&arguments)
  }

  /// Chains ∂loss/∂z back to the encoder's output and adds the prior's gradient.
  ///
  /// - Parameters:
  ///   - gradient: ∂loss/∂z, shape [batch, latents]; receives ∂loss/∂a.
  ///   - slope: ∂z/∂ln λ; the rate itself where z is the rate.
  ///   - klWeight: What the loss multiplies the KL by.
  ///   - memory: What `posterior` wrote.
  public func backward(
    _ gradient: Matrix, slope: Matrix, klWeight: Float, memory: PoissonMemory
  ) {
    let sums = memory.priorSums.elements
    sums.update(repeating: 0)
    shoal_poisson_backward(
      gradient.rows, gradient.columns, gradient.elements.baseAddress, slope.elements.baseAddress,
      memory.rateSlope.elements.baseAddress, memory.excitationSlope.elements.baseAddress,
      memory.klSlope.elements.baseAddress, klWeight, sums.baseAddress)
    for k in sums.indices {
      // ∂KL/∂ρ is the KL itself, which is proportional to the prior rate.
      logPrior.gradient[k] += Float(sums[k] + Double(klWeight) * memory.klPerLatent.elements[k])
    }
  }
}

/// How a Poisson sample is drawn.
public enum PoissonSample: Sendable, Equatable {
  /// A differentiable sample at the given temperature.
  case relaxed(temperature: Float)
  /// Whole counts, with the gradient of the relaxed sample of the same random numbers.
  case straightThrough(temperature: Float)
  /// Whole counts without a gradient, as in evaluation.
  case hard

  var temperature: Float? {
    switch self {
    case .relaxed(let temperature), .straightThrough(let temperature): temperature
    case .hard: nil
    }
  }

  var countsAreWhole: Bool {
    switch self {
    case .relaxed: false
    case .straightThrough, .hard: true
    }
  }
}

/// The buffers that Poisson latent variables need for one batch.
public struct PoissonMemory {
  /// λ, shape [batch, latents].
  public let rate: Matrix
  /// The sample, shape [batch, latents].
  public let z: Matrix
  /// ∂z/∂ln λ, shape [batch, latents].
  public let sampleSlope: Matrix
  /// The batch's KL per latent in nats, summed over samples, shape [latents].
  public let klPerLatent: AlignedBuffer<Double>
  let rateSlope: Matrix
  let excitationSlope: Matrix
  let klSlope: Matrix
  let priorSums: AlignedBuffer<Double>
  private let storage: AlignedBuffer<Float>

  /// Allocates buffers for batches of up to `batch` samples.
  ///
  /// - Parameters:
  ///   - batch: The most rows.
  ///   - latents: Number of latent variables.
  public init(batch: Int, latents: Int) {
    let size = (batch * latents + 15) / 16 * 16
    let storage = AlignedBuffer<Float>(count: 6 * size, repeating: 0)
    func matrix(_ index: Int) -> Matrix {
      Matrix(
        storage.view(index * size..<index * size + batch * latents), rows: batch, columns: latents)
    }
    rate = matrix(0)
    z = matrix(1)
    sampleSlope = matrix(2)
    rateSlope = matrix(3)
    excitationSlope = matrix(4)
    klSlope = matrix(5)
    klPerLatent = AlignedBuffer(count: latents, repeating: 0)
    priorSums = AlignedBuffer(count: latents, repeating: 0)
    self.storage = storage
  }
}
