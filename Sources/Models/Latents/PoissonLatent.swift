internal import CKernels
import Foundation
public import Layers
public import Tensors

/// Poisson spike counts whose posterior is expressed relative to a learned prior.
///
/// The prior rate is r = e^ρ, the posterior rate λ = r·eᵘ, both in expected spikes per sample. The
/// encoder's output a gives u = 10 − softplus(10 − a), and ln λ = ρ + u is softly held below
/// `rateClamp` in the same way. Source: Vafaii, Galor & Yates, "Poisson Variational Autoencoder",
/// NeurIPS 2024.
public struct PoissonLatent: Latent {
  /// ρ, shape [latents].
  public let logPrior: ParameterLayout.Entry
  /// The batch's KL per latent in nats, summed over samples.
  public let klPerLatent: UnsafeMutableBufferPointer<Double>
  private let configuration: ModelConfiguration
  private let rate: Activation
  private let code: Activation
  /// ∂z/∂ln λ of the relaxed sample.
  let sampleSlope: Activation
  private let rateSlope: Activation
  private let excitationSlope: Activation
  private let klSlope: Activation
  private let sums: AlignedBuffer<Double>

  /// Adds the latent variables to a model.
  ///
  /// - Parameters:
  ///   - configuration: The model's configuration.
  ///   - layout: Where its parameters and activations are added.
  public init(_ configuration: ModelConfiguration, in layout: inout ModelLayout) {
    let latents = configuration.latents
    self.configuration = configuration
    logPrior = layout.parameters.add("latent/log_prior", shape: [latents])
    rate = layout.activations.add(latents)
    code = layout.activations.add(latents)
    sampleSlope = layout.activations.add(latents)
    rateSlope = layout.activations.add(latents)
    excitationSlope = layout.activations.add(latents)
    klSlope = layout.activations.add(latents)
    sums = AlignedBuffer(count: 2 * latents, repeating: 0)
    klPerLatent = sums.view(0..<latents)
  }

  /// Log rates: one a latent.
  public var encodingWidth: Int { rate.width }
  /// Counts: one a latent.
  public var codeWidth: Int { rate.width }
  /// The KL.
  public var importance: UnsafeMutableBufferPointer<Double> { klPerLatent }
  /// The posterior is a rate.
  public var hasRates: Bool { true }

  /// Draws the prior's log rates.
  ///
  /// - Parameters:
  ///   - parameters: The model's parameters.
  ///   - seed: The run's seed.
  public func initialize(_ parameters: AlignedBuffer<Float>, seed: UInt32) {
    let initial = configuration.prior.initialLogRates(count: codeWidth, seed: seed)
    _ = parameters.view(logPrior.range).update(fromContentsOf: initial)
  }

  /// Computes rates and divergences for the encoder's output.
  ///
  /// KL = r·(1 − δ + δ ln δ) with δ = eᵘ: per latent, in nats, zero at u = 0. As in the published code
  /// it does not see the bound of ln λ.
  ///
  /// - Parameters:
  ///   - encoding: a, shape [batch, latents].
  ///   - pass: Parameters and memory.
  /// - Returns: The largest rate; not a number if any rate is none.
  public func posterior(_ encoding: Matrix, _ pass: NetworkPass) -> Float {
    precondition(encoding.columns == encodingWidth, "the encoding has another width")
    klPerLatent.update(repeating: 0)
    func place(_ activation: Activation) -> UnsafeMutablePointer<Float>? {
      pass[activation, rows: encoding.rows].elements.baseAddress
    }
    var arguments = shoal_poisson_posterior(
      rows: encoding.rows, latents: encoding.columns, encoding: encoding.elements.baseAddress,
      log_prior: pass[logPrior].value.baseAddress, rate_clamp: Float(configuration.rateClamp),
      excitation_only: configuration.excitationOnly ? 1 : 0, rate: place(rate),
      rate_slope: place(rateSlope), excitation_slope: place(excitationSlope),
      kl_slope: place(klSlope), kl_per_latent: klPerLatent.baseAddress)
    return shoal_poisson_rates(&arguments)
  }

  /// Writes the log residual rates u.
  ///
  /// - Parameters:
  ///   - encoding: a, shape [batch, latents].
  ///   - features: Receives u.
  public func writeFeatures(of encoding: Matrix, into features: Matrix) {
    for (i, a) in encoding.elements.enumerated() {
      // 10 − ln(1 + e^(10 − a)) is a less ln(1 + e^(a − 10)).
      features.elements[i] = (configuration.excitationOnly ? softplus(a) : a) - softplus(a - 10)
    }
  }

  /// Draws counts from the posterior, by ``Indicator`` where they are relaxed.
  ///
  /// - Parameters:
  ///   - sampling: How.
  ///   - rows: The size of the batch.
  ///   - noise: Where random numbers come from.
  ///   - pass: Parameters and memory; receives ∂z/∂ln λ of the relaxed sample as well.
  /// - Returns: The counts, shape [batch, latents].
  public func sample(
    _ sampling: LatentSampling, rows: Int, noise: SampleNoise, _ pass: NetworkPass
  ) -> Matrix {
    precondition(noise.samples.count == rows, "\(noise.samples.count) samples for \(rows) rows")
    let code = pass[code, rows: rows]
    var arguments = shoal_poisson_draw()
    arguments.rows = rows
    arguments.latents = codeWidth
    arguments.rate = UnsafePointer(pass[rate, rows: rows].elements.baseAddress)
    arguments.key = (noise.key.x, noise.key.y)
    arguments.step = noise.step
    arguments.samples = noise.samples.baseAddress
    arguments.temperature = sampling.temperature ?? 1
    arguments.indicator = configuration.indicator.kernelCode
    arguments.hard = sampling.isWhole ? 1 : 0
    arguments.largest_count = UInt32(clamping: sampling.limit)
    arguments.z = code.elements.baseAddress
    arguments.slope =
      sampling.temperature == nil ? nil : pass[sampleSlope, rows: rows].elements.baseAddress
    shoal_poisson_sample(&arguments)
    return code
  }

  /// Draws counts from the prior.
  ///
  /// - Parameters:
  ///   - limit: The most arrivals that are drawn.
  ///   - noise: Where random numbers come from; gives the number of samples.
  ///   - pass: Parameters and memory.
  /// - Returns: Counts, shape [samples, latents].
  public func samplePrior(limit: Int, noise: SampleNoise, _ pass: NetworkPass) -> Matrix {
    let rows = noise.samples.count
    let rate = mean(rows: rows, pass)
    let logPrior = pass[logPrior].value
    for row in 0..<rows {
      for k in 0..<codeWidth { rate.elements[row * codeWidth + k] = exp(logPrior[k]) }
    }
    return sample(.hard(limit: limit), rows: rows, noise: noise, pass)
  }

  /// The posterior rates λ.
  ///
  /// - Parameters:
  ///   - rows: The size of the batch.
  ///   - pass: The memory.
  /// - Returns: Shape [batch, latents].
  public func mean(rows: Int, _ pass: NetworkPass) -> Matrix { pass[rate, rows: rows] }

  /// Adds the sum over the batch of each count's variance, which is its rate.
  ///
  /// - Parameters:
  ///   - sums: Shape [latents].
  ///   - rows: The size of the batch.
  ///   - pass: The memory.
  public func addVariances(
    to sums: UnsafeMutableBufferPointer<Double>, rows: Int, _ pass: NetworkPass
  ) {
    mean(rows: rows, pass).addColumnSums(to: sums)
  }

  /// Chains ∂loss/∂z back to the encoder's output and adds the prior's gradient.
  ///
  /// - Parameters:
  ///   - codeGradient: ∂loss/∂z, shape [batch, latents].
  ///   - sampling: Not used.
  ///   - encodingGradient: The same memory; receives ∂loss/∂a.
  ///   - klWeight: What the loss multiplies the KL by.
  ///   - pass: Parameters and memory.
  public func backward(
    _ codeGradient: Matrix, of sampling: LatentSampling, into encodingGradient: Matrix,
    klWeight: Float, _ pass: NetworkPass
  ) {
    chain(codeGradient, slope: sampleSlope, into: encodingGradient, klWeight: klWeight, pass)
  }

  /// Chains ∂loss/∂λ back: of the mean and of the variance, which are both λ.
  ///
  /// - Parameters:
  ///   - meanGradient: ∂loss/∂mean, shape [batch, latents].
  ///   - varianceGradient: ∂loss/∂variance, shape [latents].
  ///   - encodingGradient: The same memory as the former; receives ∂loss/∂a.
  ///   - klWeight: What the loss multiplies the KL by.
  ///   - pass: Parameters and memory.
  public func backwardMoments(
    _ meanGradient: Matrix, variance varianceGradient: UnsafeMutableBufferPointer<Float>,
    into encodingGradient: Matrix, klWeight: Float, _ pass: NetworkPass
  ) {
    meanGradient.addToEachRow(varianceGradient)
    // The slope ∂λ/∂ln λ is the rate itself.
    chain(meanGradient, slope: rate, into: encodingGradient, klWeight: klWeight, pass)
  }

  private func chain(
    _ gradient: Matrix, slope: Activation, into encodingGradient: Matrix, klWeight: Float,
    _ pass: NetworkPass
  ) {
    precondition(
      gradient.elements.baseAddress == encodingGradient.elements.baseAddress,
      "rates are chained back in place")
    let sums = sums.view(codeWidth..<2 * codeWidth)
    let logPriorGradient = pass[logPrior].gradient
    func place(_ activation: Activation) -> UnsafeMutablePointer<Float>? {
      pass[activation, rows: gradient.rows].elements.baseAddress
    }
    sums.update(repeating: 0)
    shoal_poisson_backward(
      gradient.rows, gradient.columns, gradient.elements.baseAddress, place(slope),
      place(rateSlope), place(excitationSlope), place(klSlope), klWeight, sums.baseAddress)
    for k in sums.indices {
      // ∂KL/∂ρ is the KL itself, which is proportional to the prior rate.
      logPriorGradient[k] += Float(sums[k] + Double(klWeight) * klPerLatent[k])
    }
  }
}

/// ln(1 + eᵃ), which overflows nowhere.
private func softplus(_ a: Float) -> Float { max(a, 0) + log1p(exp(-a.magnitude)) }
