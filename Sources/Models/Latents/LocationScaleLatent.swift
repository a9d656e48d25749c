internal import CKernels
import Foundation
public import Layers
public import Tensors

/// Gaussian or Laplace latent variables: a mean and a scale each.
///
/// From the encoder's output (location, a), of which all locations come first: mean μ = location + m and
/// scale σ = exp(c·tanh((a + v)/c)), with the prior's mean m and log scale v, both 0 unless they are learned, and c
/// = 5.3. A sample is z = μ + σ·noise; the code is f(z) with a ``LatentFunction`` f. KL in nats, with s = exp(c·tanh(v/c)) and
/// d = μ − m:
///
/// * Gaussian: ½·(d²/s² + σ²/s² − 1) − ln(σ/s);
/// * Laplace: (σ/s)·exp(−|d|/σ) + |d|/s − ln(σ/s) − 1.
///
/// Source: the models G-VAE and L-VAE of Vafaii, Galor & Yates, "Poisson Variational Autoencoder", NeurIPS 2024, and its code.
public struct LocationScaleLatent: Latent {
  /// The law of the noise.
  public enum Law: Sendable {
    /// Standard normal.
    case gaussian
    /// Laplace of scale 1, whose variance is 2.
    case laplace
  }

  /// The law of the noise.
  public let law: Law
  /// What is applied to a sample.
  public let function: LatentFunction
  /// KL in nats of each latent, summed over the batch.
  public let klPerLatent: UnsafeMutableBufferPointer<Double>
  private let priorMean: ParameterLayout.Entry?
  private let priorLogScale: ParameterLayout.Entry?
  private let clamp: Float
  private let locations: Activation
  private let scales: Activation
  private let clampSlope: Activation
  private let klMeanSlope: Activation
  private let klScaleSlope: Activation
  /// Standard noise.
  let noise: Activation
  private let deviation: Activation
  private let functionSlope: Activation
  private let code: Activation
  private let storage: AlignedBuffer<Double>
  private let priorScaleSums: UnsafeMutableBufferPointer<Double>
  private let meanSums: UnsafeMutableBufferPointer<Double>
  private let scaleSums: UnsafeMutableBufferPointer<Double>

  /// Adds the latent variables to a model.
  ///
  /// - Parameters:
  ///   - law: The law of the noise.
  ///   - configuration: The model's configuration.
  ///   - layout: Where its parameters and activations are added.
  public init(_ law: Law, _ configuration: ModelConfiguration, in layout: inout ModelLayout) {
    let latents = configuration.latents
    self.law = law
    function = configuration.latentFunction
    clamp = Float(configuration.scaleClamp)
    let isLearned = configuration.prior.trainable
    priorMean = isLearned ? layout.parameters.add("latent/prior_mean", shape: [latents]) : nil
    priorLogScale =
      isLearned ? layout.parameters.add("latent/prior_log_scale", shape: [latents]) : nil
    locations = layout.activations.add(latents)
    scales = layout.activations.add(latents)
    clampSlope = layout.activations.add(latents)
    klMeanSlope = layout.activations.add(latents)
    klScaleSlope = layout.activations.add(latents)
    noise = layout.activations.add(latents)
    deviation = layout.activations.add(latents)
    functionSlope = layout.activations.add(latents)
    code = layout.activations.add(latents)
    let storage = AlignedBuffer<Double>(count: 4 * latents, repeating: 0)
    klPerLatent = storage.view(0..<latents)
    priorScaleSums = storage.view(latents..<2 * latents)
    meanSums = storage.view(2 * latents..<3 * latents)
    scaleSums = storage.view(3 * latents..<4 * latents)
    self.storage = storage
  }

  /// A location and a log scale of each latent.
  public var encodingWidth: Int { 2 * code.width }
  /// One value of each latent.
  public var codeWidth: Int { code.width }
  /// The KL.
  public var importance: UnsafeMutableBufferPointer<Double> { klPerLatent }

  /// Works out means, scales and KL.
  ///
  /// - Parameters:
  ///   - encoding: Shape [batch, 2·latents].
  ///   - pass: Parameters and memory.
  /// - Returns: 0, there being no rates.
  public func posterior(_ encoding: Matrix, _ pass: NetworkPass) -> Float {
    precondition(encoding.columns == encodingWidth, "the encoding has another width")
    klPerLatent.update(repeating: 0)
    func place(_ activation: Activation) -> UnsafeMutablePointer<Float>? {
      pass[activation, rows: encoding.rows].elements.baseAddress
    }
    var arguments = shoal_location_scale(
      rows: encoding.rows, latents: codeWidth, laplace: law == .laplace ? 1 : 0,
      encoding: encoding.elements.baseAddress, prior_mean: value(priorMean, pass),
      prior_log_scale: value(priorLogScale, pass), clamp: clamp, mean: place(locations),
      scale: place(scales), clamp_slope: place(clampSlope), kl_mean_slope: place(klMeanSlope),
      kl_scale_slope: place(klScaleSlope), kl_per_latent: klPerLatent.baseAddress,
      prior_scale_sums: priorScaleSums.baseAddress)
    shoal_location_scale_posterior(&arguments)
    return 0
  }

  private func value(
    _ entry: ParameterLayout.Entry?, _ pass: NetworkPass
  ) -> UnsafePointer<Float>? {
    entry.map { UnsafePointer(pass[$0].value.baseAddress) } ?? nil
  }

  /// Writes the locations.
  ///
  /// - Parameters:
  ///   - encoding: Shape [batch, 2·latents].
  ///   - features: Receives the first half of each row.
  public func writeFeatures(of encoding: Matrix, into features: Matrix) {
    for row in 0..<encoding.rows {
      for k in 0..<codeWidth {
        features.elements[row * codeWidth + k] = encoding.elements[row * encodingWidth + k]
      }
    }
  }

  /// Draws z = μ + σ·noise and applies the latent function; there is only one way to.
  ///
  /// - Parameters:
  ///   - sampling: Not used: the sample is differentiable as it is.
  ///   - rows: The size of the batch.
  ///   - noise: Where random numbers come from.
  ///   - pass: Parameters and memory.
  /// - Returns: The code, shape [batch, latents].
  public func sample(
    _ sampling: LatentSampling, rows: Int, noise: SampleNoise, _ pass: NetworkPass
  ) -> Matrix {
    pass[self.noise, rows: rows].fill(law == .gaussian ? .normal : .laplace, noise)
    return transformNoise(rows: rows, pass)
  }

  /// The sample that belongs to the noise that lies in the pass's memory.
  func transformNoise(rows: Int, _ pass: NetworkPass) -> Matrix {
    let standard = pass[noise, rows: rows]
    let code = pass[code, rows: rows]
    shoal_location_scale_sample(
      code.elements.count, pass[locations, rows: rows].elements.baseAddress,
      pass[scales, rows: rows].elements.baseAddress, standard.elements.baseAddress,
      pass[deviation, rows: rows].elements.baseAddress, code.elements.baseAddress)
    shoal_apply_function(
      code.elements.count, function.kernelCode, code.elements.baseAddress,
      code.elements.baseAddress, pass[functionSlope, rows: rows].elements.baseAddress)
    return code
  }

  /// Draws from the prior.
  ///
  /// - Parameters:
  ///   - limit: Not used.
  ///   - noise: Where random numbers come from; gives the number of samples.
  ///   - pass: Parameters and memory.
  /// - Returns: Codes, shape [samples, latents].
  public func samplePrior(limit: Int, noise: SampleNoise, _ pass: NetworkPass) -> Matrix {
    let rows = noise.samples.count
    let means = pass[locations, rows: rows]
    let scales = pass[scales, rows: rows]
    for k in 0..<codeWidth {
      let mean = priorMean.map { pass[$0].value[k] } ?? 0
      let logScale = priorLogScale.map { pass[$0].value[k] } ?? 0
      for row in 0..<rows {
        means.elements[row * codeWidth + k] = mean
        scales.elements[row * codeWidth + k] = exp(clamp * tanh(logScale / clamp))
      }
    }
    return sample(.hard(limit: limit), rows: rows, noise: noise, pass)
  }

  /// The posterior means μ, before the latent function.
  ///
  /// - Parameters:
  ///   - rows: The size of the batch.
  ///   - pass: The memory.
  /// - Returns: Shape [batch, latents].
  public func mean(rows: Int, _ pass: NetworkPass) -> Matrix { pass[locations, rows: rows] }

  /// f(μ), unless the latent function is none.
  ///
  /// - Parameters:
  ///   - rows: The size of the batch.
  ///   - pass: The memory.
  /// - Returns: Shape [batch, latents].
  public func meanCode(rows: Int, _ pass: NetworkPass) -> Matrix? {
    guard function != .none else { return nil }
    let code = pass[code, rows: rows]
    shoal_apply_function(
      code.elements.count, function.kernelCode, mean(rows: rows, pass).elements.baseAddress,
      code.elements.baseAddress, nil)
    return code
  }

  /// Adds the sum over the batch of the variances: σ², or 2σ² for Laplace.
  ///
  /// - Parameters:
  ///   - sums: Shape [latents].
  ///   - rows: The size of the batch.
  ///   - pass: The memory.
  public func addVariances(
    to sums: UnsafeMutableBufferPointer<Double>, rows: Int, _ pass: NetworkPass
  ) {
    let scales = pass[scales, rows: rows]
    for _ in 0..<varianceOfNoise { scales.addColumnSquareSums(to: sums) }
  }

  private var varianceOfNoise: Int { law == .gaussian ? 1 : 2 }

  /// Chains ∂loss/∂code back to the encoder's output and adds the prior's gradient.
  ///
  /// - Parameters:
  ///   - codeGradient: Shape [batch, latents].
  ///   - sampling: Not used.
  ///   - encodingGradient: Receives ∂loss/∂encoding, shape [batch, 2·latents].
  ///   - klWeight: What the loss multiplies the KL by.
  ///   - pass: Parameters and memory.
  public func backward(
    _ codeGradient: Matrix, of sampling: LatentSampling, into encodingGradient: Matrix,
    klWeight: Float, _ pass: NetworkPass
  ) {
    chain(codeGradient, variance: nil, into: encodingGradient, klWeight: klWeight, pass)
  }

  /// Chains ∂loss/∂μ and ∂loss/∂variance back.
  ///
  /// - Parameters:
  ///   - meanGradient: ∂loss/∂μ, shape [batch, latents].
  ///   - varianceGradient: Shape [latents].
  ///   - encodingGradient: Receives ∂loss/∂encoding, shape [batch, 2·latents].
  ///   - klWeight: What the loss multiplies the KL by.
  ///   - pass: Parameters and memory.
  public func backwardMoments(
    _ meanGradient: Matrix, variance varianceGradient: UnsafeMutableBufferPointer<Float>,
    into encodingGradient: Matrix, klWeight: Float, _ pass: NetworkPass
  ) {
    chain(
      meanGradient, variance: UnsafePointer(varianceGradient.baseAddress), into: encodingGradient,
      klWeight: klWeight, pass)
  }

  private func chain(
    _ gradient: Matrix, variance: UnsafePointer<Float>?, into encodingGradient: Matrix,
    klWeight: Float, _ pass: NetworkPass
  ) {
    func place(_ activation: Activation) -> UnsafePointer<Float>? {
      UnsafePointer(pass[activation, rows: gradient.rows].elements.baseAddress)
    }
    var arguments = shoal_location_scale_gradient(
      rows: gradient.rows, latents: codeWidth, gradient: gradient.elements.baseAddress,
      function_slope: place(functionSlope), deviation: place(deviation),
      variance_gradient: variance, variance_slope: Float(2 * varianceOfNoise),
      scale: place(scales), clamp_slope: place(clampSlope), kl_mean_slope: place(klMeanSlope),
      kl_scale_slope: place(klScaleSlope), kl_weight: klWeight,
      encoding_gradient: encodingGradient.elements.baseAddress, mean_sums: meanSums.baseAddress,
      scale_sums: scaleSums.baseAddress)
    shoal_location_scale_backward(&arguments)
    guard let priorMean, let priorLogScale else { return }
    let meanGradient = pass[priorMean].gradient
    let scaleGradient = pass[priorLogScale].gradient
    for k in meanSums.indices {
      // The KL sees the mean only relative to the prior's, so the prior's mean learns from samples alone.
      meanGradient[k] += Float(meanSums[k])
      scaleGradient[k] += Float(scaleSums[k] + Double(klWeight) * priorScaleSums[k])
    }
  }
}
