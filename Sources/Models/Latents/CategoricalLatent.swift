internal import CKernels
import Foundation
public import Layers
public import Tensors

/// Categorical latent variables, whose code is one-hot.
///
/// The encoder gives logits, shape [variables, categories] per sample; p is their softmax. Samples are relaxed by the Gumbel
/// softmax, z = softmax((ln p + G)/τ), and one-hot in evaluation. KL = Σ p·(ln p − ln π) in nats for each variable, with
/// uniform π unless it is learned. Sources: Jang, Gu & Poole, ICLR 2017, and the model C-VAE of Vafaii, Galor & Yates,
/// NeurIPS 2024.
public struct CategoricalLatent: Latent {
  /// KL in nats of each variable, summed over the batch.
  public let klPerLatent: UnsafeMutableBufferPointer<Double>
  /// ln p of each category, summed over the batch.
  public let importance: UnsafeMutableBufferPointer<Double>
  /// Whether the variance is that of independent values, p·(1 − p), as in the published code's faulty exact loss.
  public let isPublishedVariance: Bool
  private let variables: Int
  private let categories: Int
  private let priorLogits: ParameterLayout.Entry?
  private let logProbability: Activation
  private let probability: Activation
  private let klSlope: Activation
  /// Gumbel noise.
  let noise: Activation
  private let relaxed: Activation
  private let code: Activation
  private let storage: AlignedBuffer<Double>
  private let probabilitySums: UnsafeMutableBufferPointer<Double>
  private let logPrior: AlignedBuffer<Float>

  /// Adds the latent variables to a model.
  ///
  /// - Parameters:
  ///   - configuration: The model's configuration.
  ///   - layout: Where its parameters and activations are added.
  public init(_ configuration: ModelConfiguration, in layout: inout ModelLayout) {
    variables = configuration.latents
    categories = configuration.categories
    isPublishedVariance = configuration.categoricalVariance == .published
    let width = variables * categories
    priorLogits =
      configuration.prior.trainable
      ? layout.parameters.add("latent/prior_logits", shape: [variables, categories]) : nil
    logProbability = layout.activations.add(width)
    probability = layout.activations.add(width)
    klSlope = layout.activations.add(width)
    noise = layout.activations.add(width)
    relaxed = layout.activations.add(width)
    code = layout.activations.add(width)
    let storage = AlignedBuffer<Double>(count: variables + 2 * width, repeating: 0)
    klPerLatent = storage.view(0..<variables)
    importance = storage.view(variables..<variables + width)
    probabilitySums = storage.view(variables + width..<variables + 2 * width)
    self.storage = storage
    logPrior = AlignedBuffer(count: width, repeating: 0)
  }

  /// A logit of each category.
  public var encodingWidth: Int { code.width }
  /// A value of each category.
  public var codeWidth: Int { code.width }
  /// Values of a code are not independent, unless one wants the published code's loss.
  public var isOneHot: Bool { !isPublishedVariance }

  private func updateLogPrior(_ pass: NetworkPass) {
    if let priorLogits {
      _ = logPrior.elements.update(fromContentsOf: pass[priorLogits].value)
    } else {
      logPrior.elements.update(repeating: 0)
    }
    for variable in 0..<variables {
      let part = logPrior.view(variable * categories..<(variable + 1) * categories)
      shoal_log_softmax(categories, part.baseAddress)
    }
  }

  /// Works out probabilities and KL.
  ///
  /// - Parameters:
  ///   - encoding: Logits, shape [batch, variables·categories].
  ///   - pass: Parameters and memory.
  /// - Returns: 0, there being no rates.
  public func posterior(_ encoding: Matrix, _ pass: NetworkPass) -> Float {
    precondition(encoding.columns == encodingWidth, "the encoding has another width")
    updateLogPrior(pass)
    storage.elements.update(repeating: 0)
    func place(_ activation: Activation) -> UnsafeMutablePointer<Float>? {
      pass[activation, rows: encoding.rows].elements.baseAddress
    }
    var arguments = shoal_categorical(
      rows: encoding.rows, variables: variables, categories: categories,
      encoding: encoding.elements.baseAddress, log_prior: logPrior.elements.baseAddress,
      log_probability: place(logProbability), probability: place(probability),
      kl_slope: place(klSlope), kl_per_variable: klPerLatent.baseAddress,
      log_probability_sums: importance.baseAddress, probability_sums: probabilitySums.baseAddress)
    shoal_categorical_posterior(&arguments)
    return 0
  }

  /// Writes the log probabilities.
  ///
  /// - Parameters:
  ///   - encoding: Logits, shape [batch, variables·categories].
  ///   - features: Receives logits less the logarithm of their variable's sum of exponentials.
  public func writeFeatures(of encoding: Matrix, into features: Matrix) {
    features.copy(encoding)
    for start in stride(from: 0, to: features.elements.count, by: categories) {
      shoal_log_softmax(categories, features.elements.baseAddress.map { $0 + start })
    }
  }

  /// Draws from the posterior: relaxed, or one-hot.
  ///
  /// - Parameters:
  ///   - sampling: How.
  ///   - rows: The size of the batch.
  ///   - noise: Where random numbers come from.
  ///   - pass: Parameters and memory.
  /// - Returns: The code, shape [batch, variables·categories].
  public func sample(
    _ sampling: LatentSampling, rows: Int, noise: SampleNoise, _ pass: NetworkPass
  ) -> Matrix {
    pass[self.noise, rows: rows].fill(.gumbel, noise)
    return transformNoise(sampling, rows: rows, pass)
  }

  /// The sample that belongs to the noise that lies in the pass's memory.
  func transformNoise(
    _ sampling: LatentSampling, rows: Int, _ pass: NetworkPass
  ) -> Matrix {
    let standard = pass[noise, rows: rows]
    let logits = pass[logProbability, rows: rows]
    let relaxed = pass[relaxed, rows: rows]
    let code = pass[code, rows: rows]
    if let temperature = sampling.temperature {
      shoal_categorical_sample(
        rows * variables, categories, logits.elements.baseAddress, standard.elements.baseAddress,
        temperature, relaxed.elements.baseAddress)
    }
    guard sampling.isWhole else { return relaxed }
    shoal_categorical_choose(
      rows * variables, categories, logits.elements.baseAddress, standard.elements.baseAddress,
      code.elements.baseAddress)
    return code
  }

  /// Draws one-hot codes from the prior.
  ///
  /// - Parameters:
  ///   - limit: Not used.
  ///   - noise: Where random numbers come from; gives the number of samples.
  ///   - pass: Parameters and memory.
  /// - Returns: Codes, shape [samples, variables·categories].
  public func samplePrior(limit: Int, noise: SampleNoise, _ pass: NetworkPass) -> Matrix {
    let rows = noise.samples.count
    updateLogPrior(pass)
    let logits = pass[logProbability, rows: rows]
    for row in 0..<rows {
      _ = logits.rows(row..<row + 1).elements.update(fromContentsOf: logPrior.elements)
    }
    return sample(.hard(limit: limit), rows: rows, noise: noise, pass)
  }

  /// The probabilities p.
  ///
  /// - Parameters:
  ///   - rows: The size of the batch.
  ///   - pass: The memory.
  /// - Returns: Shape [batch, variables·categories].
  public func mean(rows: Int, _ pass: NetworkPass) -> Matrix { pass[probability, rows: rows] }

  /// Adds the sum over the batch of E[z²] = p where codes are one-hot, of p·(1 − p) as published.
  ///
  /// - Parameters:
  ///   - sums: Shape [variables·categories].
  ///   - rows: The size of the batch.
  ///   - pass: The memory.
  public func addVariances(
    to sums: UnsafeMutableBufferPointer<Double>, rows: Int, _ pass: NetworkPass
  ) {
    let probability = mean(rows: rows, pass)
    guard isPublishedVariance else { return probability.addColumnSums(to: sums) }
    for (i, p) in probability.elements.enumerated() {
      sums[i % codeWidth] += Double(p) * (1 - Double(p))
    }
  }

  /// Chains ∂loss/∂code back to the logits and adds the prior's gradient.
  ///
  /// - Parameters:
  ///   - codeGradient: Shape [batch, variables·categories].
  ///   - sampling: How the code was sampled.
  ///   - encodingGradient: Receives ∂loss/∂logit; may be the same memory.
  ///   - klWeight: What the loss multiplies the KL by.
  ///   - pass: Parameters and memory.
  public func backward(
    _ codeGradient: Matrix, of sampling: LatentSampling, into encodingGradient: Matrix,
    klWeight: Float, _ pass: NetworkPass
  ) {
    chain(
      codeGradient, weight: relaxed, scale: 1 / (sampling.temperature ?? 1),
      into: encodingGradient,
      klWeight: klWeight, pass)
  }

  /// Chains ∂loss/∂p and ∂loss/∂variance back.
  ///
  /// - Parameters:
  ///   - meanGradient: ∂loss/∂p, shape [batch, variables·categories].
  ///   - varianceGradient: Shape [variables·categories].
  ///   - encodingGradient: Receives ∂loss/∂logit; may be the same memory as the first.
  ///   - klWeight: What the loss multiplies the KL by.
  ///   - pass: Parameters and memory.
  public func backwardMoments(
    _ meanGradient: Matrix, variance varianceGradient: UnsafeMutableBufferPointer<Float>,
    into encodingGradient: Matrix, klWeight: Float, _ pass: NetworkPass
  ) {
    if isPublishedVariance {
      let probability = mean(rows: meanGradient.rows, pass)
      for (i, p) in probability.elements.enumerated() {
        meanGradient.elements[i] += varianceGradient[i % codeWidth] * (1 - 2 * p)
      }
    } else {
      meanGradient.addToEachRow(varianceGradient)
    }
    chain(
      meanGradient, weight: probability, scale: 1, into: encodingGradient, klWeight: klWeight, pass)
  }

  private func chain(
    _ gradient: Matrix, weight: Activation, scale: Float, into encodingGradient: Matrix,
    klWeight: Float, _ pass: NetworkPass
  ) {
    let rows = gradient.rows
    shoal_categorical_backward(
      rows * variables, categories, gradient.elements.baseAddress,
      pass[weight, rows: rows].elements.baseAddress, scale,
      pass[klSlope, rows: rows].elements.baseAddress, klWeight,
      encodingGradient.elements.baseAddress)
    guard let priorLogits else { return }
    let priorGradient = pass[priorLogits].gradient
    for j in priorGradient.indices {
      // ∂KL/∂logit of the prior is π − p, summed over the batch.
      let expected = Double(rows) * exp(Double(logPrior.elements[j]))
      priorGradient[j] += klWeight * Float(expected - probabilitySums[j])
    }
  }
}
