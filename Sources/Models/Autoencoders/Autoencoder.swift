public import Layers
public import Tensors

/// A variational autoencoder: encoder, latent variables, decoder.
///
/// The loss of a sample is ‖x − y‖² + β·KL: a Gaussian likelihood of variance ½ without its constant. The model holds no
/// vectors: parameters, gradients and activations come with each ``NetworkPass``, so that one model serves several shards.
/// Source: Vafaii, Galor & Yates, "Poisson Variational Autoencoder", NeurIPS 2024.
public struct Autoencoder: ImageModel {
  /// Where parameters and activations lie.
  public let layout: ModelLayout
  /// The shape of an image.
  public let image: MapShape
  /// From images to the posterior's parameters.
  public let encoder: Network
  /// The latent variables.
  public let latent: any Latent
  /// From codes to images.
  public let decoder: Network
  private let encoding: Activation
  /// ∂loss/∂code, unless it has the encoding's width and takes its place.
  private let codeGradient: Activation?
  private let reconstruction: Activation
  private let meanReconstruction: Activation
  private let rawMeanReconstruction: Activation?
  private let columnNorms: AlignedBuffer<Double>
  private let columnTotals: AlignedBuffer<Double>
  private let row: AlignedBuffer<Float>

  /// Lays a model out.
  ///
  /// - Parameters:
  ///   - configuration: The model's configuration.
  ///   - height: Rows of an image.
  ///   - width: Columns of an image.
  /// - Throws: ``ModelError`` if the networks do not fit the images.
  public init(
    _ configuration: ModelConfiguration, height: Int, width: Int
  ) throws(ModelError) {
    var layout = ModelLayout()
    let image = MapShape(channels: 1, height: height, width: width)
    let widths = Autoencoder.widths(configuration)
    encoder = try Architectures.encoder(
      configuration, image: image, outputs: widths.encoding, in: &layout)
    let latent: any Latent =
      switch configuration.family {
      case .poisson: PoissonLatent(configuration, in: &layout)
      case .gaussian: LocationScaleLatent(.gaussian, configuration, in: &layout)
      case .laplace: LocationScaleLatent(.laplace, configuration, in: &layout)
      case .categorical: CategoricalLatent(configuration, in: &layout)
      case .lca, .ista, .fista:
        preconditionFailure("\(configuration.family.rawValue) is sparse coding, without an encoder")
      }
    self.latent = latent
    decoder = try Architectures.decoder(
      configuration, image: image, inputs: widths.code, in: &layout)
    encoding = layout.activations.add(widths.encoding)
    codeGradient =
      widths.code == widths.encoding ? nil : layout.activations.add(widths.code)
    reconstruction = layout.activations.add(image.count)
    meanReconstruction = layout.activations.add(image.count)
    rawMeanReconstruction =
      configuration.latentFunction == .none ? nil : layout.activations.add(image.count)
    columnNorms = AlignedBuffer(count: widths.code, repeating: 0)
    columnTotals = AlignedBuffer(count: widths.code, repeating: 0)
    row = AlignedBuffer(count: widths.code, repeating: 0)
    self.image = image
    self.layout = layout
  }

  /// Values that the encoder gives, and that the decoder gets.
  private static func widths(_ configuration: ModelConfiguration) -> (encoding: Int, code: Int) {
    let latents = configuration.latents
    switch configuration.family {
    case .poisson, .lca, .ista, .fista: return (latents, latents)
    case .gaussian, .laplace: return (2 * latents, latents)
    case .categorical:
      let width = latents * configuration.categories
      return (width, width)
    }
  }

  /// Sets the parameters to their initial values.
  ///
  /// - Parameters:
  ///   - parameters: The flat vector.
  ///   - seed: The run's seed.
  public func initialize(_ parameters: AlignedBuffer<Float>, seed: UInt32) {
    layout.parameters.initialize(parameters, seed: seed)
    latent.initialize(parameters, seed: seed)
  }

  /// Works out what depends on parameters alone; to be called when they have changed.
  ///
  /// - Parameter pass: The parameters.
  public func prepare(_ pass: NetworkPass) {
    encoder.prepare(pass)
    decoder.prepare(pass)
  }

  /// Values that the decoder gets.
  public var codeWidth: Int { latent.codeWidth }
  /// Latent variables with a KL each.
  public var variables: Int { latent.klPerLatent.count }
  /// Whether the posterior is a rate of events.
  public var hasRates: Bool { latent.hasRates }
  /// There is a NELBO.
  public var evaluationThreshold: Double? { nil }
  /// The matrix of a linear decoder.
  public var dictionary: ParameterLayout.Entry? { decoder.linear?.weight }

  /// β itself.
  ///
  /// - Parameters:
  ///   - beta: β.
  ///   - epoch: Not used.
  /// - Returns: β.
  public func rateWeight(beta: Double, epoch: Int) -> Double { beta }

  /// The squared error and β times the KL.
  ///
  /// - Parameters:
  ///   - error: ‖x − y‖².
  ///   - rate: The KL in nats.
  ///   - weight: β.
  /// - Returns: The loss in nats, up to a constant.
  public func loss(error: Double, rate: Double, weight: Double) -> Double {
    error + weight * rate
  }

  /// Whether a latent function stands between the posterior mean and its code; see
  /// ``Inference/rawMeanReconstruction``.
  public var hasRawMean: Bool { rawMeanReconstruction != nil }

  /// The dense products and convolutions of a training step, for one sample.
  public var products: [Product] {
    var products = encoder.products
    products[0].needsInputGradient = false
    return products + decoder.products
  }

  /// Adds the gradient of the loss of some samples of a global batch.
  ///
  /// - Parameters:
  ///   - x: Samples, shape [at most the capacity of the activations, pixels].
  ///   - step: Schedules and noise.
  ///   - pass: Parameters, gradients and memory.
  /// - Returns: The loss, summed over these samples.
  public func train(_ x: Matrix, _ step: TrainingPass, _ pass: NetworkPass) -> LossTerms {
    let encoding = pass[encoding, rows: x.rows]
    encoder.forward(x, into: encoding, pass)
    let terms = learn(from: encoding, of: x, step, pass)
    encoder.backward(encoding, input: x, into: nil, pass)
    return terms
  }

  /// The part of a training pass behind the encoder; replaces the encoding by ∂loss/∂encoding.
  func learn(
    from encoding: Matrix, of x: Matrix, _ step: TrainingPass, _ pass: NetworkPass
  ) -> LossTerms {
    let codeGradient =
      self.codeGradient.map { pass[$0, rows: x.rows] } ?? encoding
    let reconstruction = pass[reconstruction, rows: x.rows]
    let scale = 2 / Float(step.globalBatch)
    let klWeight = step.beta / Float(step.globalBatch)
    let largestRate = latent.posterior(encoding, pass)
    let kl = latent.klPerLatent.reduce(0, +)
    var error: Double

    if step.method == .exact {
      let mean = latent.mean(rows: x.rows, pass)
      decoder.forward(mean, into: reconstruction, pass)
      error =
        latent.isOneHot
        ? subtractOneHot(x, from: reconstruction, scale: scale, pass)
        : reconstruction.subtract(x, scale: scale)
      decoder.backward(
        reconstruction, input: mean, into: codeGradient, pass.withoutCompletion)
      error += addVariance(rows: x.rows, scale: scale, pass)
      latent.backwardMoments(
        codeGradient, variance: row.elements, into: encoding, klWeight: klWeight, pass)
    } else {
      let sampling = step.sampling
      let code = latent.sample(sampling, rows: x.rows, noise: step.noise, pass)
      decoder.forward(code, into: reconstruction, pass)
      error = reconstruction.subtract(x, scale: scale)
      decoder.backward(reconstruction, input: code, into: codeGradient, pass)
      latent.backward(codeGradient, of: sampling, into: encoding, klWeight: klWeight, pass)
    }
    return LossTerms(
      reconstruction: error, kl: kl, largestRate: latent.hasRates ? largestRate : nil)
  }

  /// Adds what the variance of the code contributes to the expected squared error, Σ vₖ‖φₖ‖².
  ///
  /// For independent values of mean μ and variance v, E‖x − Φz‖² = ‖x − Φμ‖² + Σₖ vₖ‖φₖ‖². A one-hot code has E[zzᵀ] =
  /// diag(p), so there it is the same with v = p, less ‖Φp‖²; see ``subtractOneHot(_:from:scale:_:)``. Leaves ∂/∂v in `row`.
  private func addVariance(rows: Int, scale: Float, _ pass: NetworkPass) -> Double {
    guard let linear = decoder.linear else {
      preconditionFailure("only linear decoders have a closed form")
    }
    let weight = pass[linear.weight]
    let norms = columnNorms.elements
    let totals = columnTotals.elements
    norms.update(repeating: 0)
    totals.update(repeating: 0)
    weight.valueMatrix.addColumnSquareSums(to: norms)
    latent.addVariances(to: totals, rows: rows, pass)
    var expected = 0.0
    let latents = totals.count
    let totalRow = row.elements
    for k in totals.indices {
      expected += norms[k] * totals[k]
      totalRow[k] = Float(totals[k]) * scale
    }
    for pixel in 0..<weight.shape[0] {
      let start = pixel * latents
      for k in 0..<latents {
        weight.gradient[start + k] += totalRow[k] * weight.value[start + k]
      }
    }
    for k in norms.indices { row.elements[k] = Float(norms[k]) * (scale / 2) }
    return expected
  }

  /// Replaces a reconstruction y = Φp + b by what is chained back of ‖x − y‖² − ‖Φp‖².
  ///
  /// That is 2(b − x) for p and Φ. For b it is 2(y − x), of which the rest, 2Φp, is added here.
  ///
  /// - Returns: The sum over the batch of ‖x − y‖² − ‖Φp‖².
  private func subtractOneHot(
    _ x: Matrix, from y: Matrix, scale: Float, _ pass: NetworkPass
  ) -> Double {
    let bias = decoder.linear?.bias.map { pass[$0] }
    var sum = 0.0
    for i in y.elements.indices {
      let pixel = i % y.columns
      let offset = bias?.value[pixel] ?? 0
      let decoded = y.elements[i] - offset
      let error = y.elements[i] - x.elements[i]
      sum += Double(error) * Double(error) - Double(decoded) * Double(decoded)
      if let bias { bias.gradient[pixel] += scale * decoded }
      y.elements[i] = scale * (offset - x.elements[i])
    }
    return sum
  }

  /// Encodes samples for classifiers.
  ///
  /// - Parameters:
  ///   - x: Samples, shape [at most the capacity of the activations, pixels].
  ///   - features: Receives what the encoder says, shape [batch, values of a code]; see ``Latent``.
  ///   - pass: Parameters and memory.
  public func encode(_ x: Matrix, into features: Matrix, _ pass: NetworkPass) {
    let encoding = pass[encoding, rows: x.rows]
    encoder.forward(x, into: encoding, pass)
    latent.writeFeatures(of: encoding, into: features)
  }

  /// Encodes samples and decodes one sample of the posterior each, and its mean.
  ///
  /// - Parameters:
  ///   - x: Samples, shape [at most the capacity of the activations, pixels].
  ///   - limit: The most arrivals that are drawn; `Int.max` for exact Poisson counts.
  ///   - noise: Where random numbers come from.
  ///   - pass: Parameters and memory.
  /// - Returns: Views of the memory, valid until the next pass.
  public func infer(
    _ x: Matrix, limit: Int, noise: SampleNoise, _ pass: NetworkPass
  ) -> Inference {
    let encoding = pass[encoding, rows: x.rows]
    encoder.forward(x, into: encoding, pass)
    let largestRate = latent.posterior(encoding, pass)
    let mean = latent.mean(rows: x.rows, pass)
    let meanReconstruction = pass[meanReconstruction, rows: x.rows]
    let rawMeanReconstruction = rawMeanReconstruction.map { pass[$0, rows: x.rows] }
    decoder.forward(latent.meanCode(rows: x.rows, pass) ?? mean, into: meanReconstruction, pass)
    if let rawMeanReconstruction { decoder.forward(mean, into: rawMeanReconstruction, pass) }
    let reconstruction = pass[reconstruction, rows: x.rows]
    let code = latent.sample(.hard(limit: limit), rows: x.rows, noise: noise, pass)
    decoder.forward(code, into: reconstruction, pass)
    return Inference(
      code: code, mean: mean, reconstruction: reconstruction,
      meanReconstruction: meanReconstruction, rawMeanReconstruction: rawMeanReconstruction,
      klPerLatent: latent.klPerLatent, importance: latent.importance,
      largestRate: latent.hasRates ? largestRate : nil)
  }

  /// Decodes codes drawn from the prior.
  ///
  /// - Parameters:
  ///   - limit: The most arrivals that are drawn; `Int.max` for exact Poisson counts.
  ///   - noise: Where random numbers come from; gives the number of samples.
  ///   - pass: Parameters and memory.
  /// - Returns: Shape [samples, pixels], a view of the memory that is valid until the next pass.
  public func generate(limit: Int, noise: SampleNoise, _ pass: NetworkPass) -> Matrix? {
    let images = pass[reconstruction, rows: noise.samples.count]
    decoder.forward(
      latent.samplePrior(limit: limit, noise: noise, pass), into: images, pass)
    return images
  }
}
