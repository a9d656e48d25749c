import Foundation
public import Layers
public import Tensors

/// The Poisson VAE with linear encoder and decoder, `<lin|lin>`.
///
/// Encoder a = x·Wᵀ, latent variables ``PoissonLatent``, decoder y = z·Φᵀ, neither with a bias. The loss
/// of a sample is ‖x − y‖² + β·KL: a Gaussian likelihood of variance ½ without its constant. Parameters and
/// gradients are flat vectors that others see too, and one workspace serves several models.
/// Source: Vafaii, Galor & Yates, "Poisson Variational Autoencoder", NeurIPS 2024.
public struct PoissonAutoencoder {
  /// W, shape [latents, pixels].
  public let encoder: Linear
  /// The latent variables.
  public let latent: PoissonLatent
  /// Φ, shape [pixels, latents].
  public let decoder: Linear
  private let workspace: AutoencoderWorkspace
  /// Keeps the memory alive that the layers view.
  private let storage: (AlignedBuffer<Float>, AlignedBuffer<Float>)

  /// Returns where the parameters of such a model lie in its flat vector.
  ///
  /// - Parameters:
  ///   - pixels: Number of input values.
  ///   - latents: Number of latent variables.
  /// - Returns: The layout.
  public static func layout(pixels: Int, latents: Int) -> ParameterLayout {
    var layout = ParameterLayout()
    layout.add("encoder/weight", shape: [latents, pixels])
    layout.add("latent/log_prior", shape: [latents])
    layout.add("decoder/weight", shape: [pixels, latents])
    return layout
  }

  /// Views the parameters and gradients of a model.
  ///
  /// - Parameters:
  ///   - configuration: The model's configuration.
  ///   - layout: From ``layout(pixels:latents:)``.
  ///   - parameters: The parameters.
  ///   - gradients: Where their gradients are added up.
  ///   - workspace: Buffers for the largest batch.
  public init(
    _ configuration: ModelConfiguration, layout: ParameterLayout,
    parameters: AlignedBuffer<Float>, gradients: AlignedBuffer<Float>,
    workspace: AutoencoderWorkspace
  ) {
    precondition(layout.entries.count == 3, "the layout is not that of this model")
    func parameter(_ index: Int) -> Parameter {
      Parameter(layout.entries[index], in: parameters, gradients: gradients)
    }
    encoder = Linear(weight: parameter(0))
    latent = PoissonLatent(
      logPrior: parameter(1), rateClamp: Float(configuration.rateClamp),
      indicator: configuration.indicator, excitationOnly: configuration.excitationOnly)
    decoder = Linear(weight: parameter(2))
    self.workspace = workspace
    storage = (parameters, gradients)
  }

  /// Sets the parameters to their initial values.
  ///
  /// Weights are normal with mean 0; the prior is drawn as its configuration says.
  ///
  /// - Parameters:
  ///   - configuration: The model's configuration.
  ///   - seed: The run's seed.
  public func initialize(_ configuration: ModelConfiguration, seed: UInt32) {
    for (index, layer) in [encoder, decoder].enumerated() {
      var stream = RandomStream(seed: seed, purpose: .initialization, index)
      fillNormal(layer.weight.value, deviation: configuration.initialScale, from: &stream)
    }
    let prior = configuration.prior.initialValues(count: latent.logPrior.value.count, seed: seed)
    for (k, value) in prior.enumerated() { latent.logPrior.value[k] = value }
  }

  /// Adds the gradient of the loss of some samples of a global batch.
  ///
  /// - Parameters:
  ///   - x: Samples, shape [at most the workspace's batch, pixels].
  ///   - pass: Schedules and noise.
  /// - Returns: The loss, summed over these samples.
  public func train(_ x: Matrix, _ pass: TrainingPass) -> LossTerms {
    let memory = workspace.latent
    let batch = 0..<x.rows
    let gradient = workspace.latentGradient.rows(batch)
    let reconstruction = workspace.reconstruction.rows(batch)
    let scale = 2 / Float(pass.globalBatch)

    encoder.forward(x, into: gradient)
    let largestRate = latent.posterior(gradient, into: memory)
    let kl = memory.klPerLatent.elements.reduce(0, +)

    let code: Matrix
    let slope: Matrix
    switch pass.method {
    case .exact:
      code = memory.rate.rows(batch)
      slope = code
    case .mc, .st:
      let isHard = pass.method == .st && pass.isCold
      latent.sample(
        rows: x.rows,
        isHard
          ? .straightThrough(temperature: pass.temperature)
          : .relaxed(temperature: pass.temperature),
        limit: pass.eventLimit, noise: pass.noise, into: memory)
      code = memory.z.rows(batch)
      slope = memory.sampleSlope.rows(batch)
    }

    decoder.forward(code, into: reconstruction)
    var error = reconstruction.subtract(x, scale: scale)
    decoder.backward(reconstruction, input: code, into: gradient)
    if pass.method == .exact { error += addVariance(of: code, gradient: gradient, scale: scale) }
    latent.backward(
      gradient, slope: slope, klWeight: pass.beta / Float(pass.globalBatch), memory: memory)
    encoder.backward(gradient, input: x, into: nil)
    return LossTerms(reconstruction: error, kl: kl, largestRate: largestRate)
  }

  /// Adds what the variance of the counts contributes to the expected squared error, Σ λₖ‖φₖ‖².
  ///
  /// Counts are independent with variance λ, so E‖x − Φz‖² = ‖x − Φλ‖² + Σₖ λₖ‖φₖ‖².
  private func addVariance(of rate: Matrix, gradient: Matrix, scale: Float) -> Double {
    let norms = workspace.columnNorms.elements
    let totals = workspace.columnTotals.elements
    norms.update(repeating: 0)
    totals.update(repeating: 0)
    decoder.weight.valueMatrix.addColumnSquareSums(to: norms)
    rate.addColumnSums(to: totals)
    var expected = 0.0
    for k in norms.indices {
      expected += norms[k] * totals[k]
      workspace.row[k] = Float(norms[k]) * (scale / 2)
    }
    gradient.addToEachRow(workspace.row)
    let latents = totals.count
    for k in totals.indices { workspace.row[k] = Float(totals[k]) * scale }
    for pixel in 0..<decoder.weight.shape[0] {
      let start = pixel * latents
      for k in 0..<latents {
        decoder.weight.gradient[start + k] += workspace.row[k] * decoder.weight.value[start + k]
      }
    }
    return expected
  }

  /// Encodes samples and decodes one sample of whole counts each, and the mean rates.
  ///
  /// - Parameters:
  ///   - x: Samples, shape [at most the workspace's batch, pixels].
  ///   - limit: The most arrivals that are drawn; `Int.max` for exact Poisson counts.
  ///   - noise: Where random numbers come from.
  /// - Returns: Views of the workspace, valid until the next pass.
  public func infer(_ x: Matrix, limit: Int, noise: LatentNoise) -> Inference {
    let memory = workspace.latent
    let batch = 0..<x.rows
    let encoding = workspace.latentGradient.rows(batch)
    encoder.forward(x, into: encoding)
    let largestRate = latent.posterior(encoding, into: memory)
    latent.sample(rows: x.rows, .hard, limit: limit, noise: noise, into: memory)
    let result = Inference(
      counts: memory.z.rows(batch), rate: memory.rate.rows(batch),
      reconstruction: workspace.reconstruction.rows(batch),
      meanReconstruction: workspace.meanReconstruction.rows(batch),
      klPerLatent: memory.klPerLatent.elements, largestRate: largestRate)
    decoder.forward(result.counts, into: result.reconstruction)
    decoder.forward(result.rate, into: result.meanReconstruction)
    return result
  }

  /// Decodes counts drawn from the prior.
  ///
  /// - Parameters:
  ///   - limit: The most arrivals that are drawn; `Int.max` for exact Poisson counts.
  ///   - noise: Where random numbers come from; gives the number of samples.
  /// - Returns: Shape [samples, pixels], a view of the workspace that is valid until the next pass.
  public func generate(limit: Int, noise: LatentNoise) -> Matrix {
    let memory = workspace.latent
    let count = noise.samples.count
    let rate = memory.rate.rows(0..<count)
    for row in 0..<count {
      for k in 0..<rate.columns {
        rate.elements[row * rate.columns + k] = exp(latent.logPrior.value[k])
      }
    }
    latent.sample(rows: count, .hard, limit: limit, noise: noise, into: memory)
    let images = workspace.reconstruction.rows(0..<count)
    decoder.forward(memory.z.rows(0..<count), into: images)
    return images
  }
}

/// What a model makes of a batch without learning from it.
public struct Inference {
  /// One sample of whole counts, shape [batch, latents].
  public let counts: Matrix
  /// The posterior mean λ, shape [batch, latents].
  public let rate: Matrix
  /// The decoded counts, shape [batch, pixels].
  public let reconstruction: Matrix
  /// The decoded mean, shape [batch, pixels].
  public let meanReconstruction: Matrix
  /// KL in nats, summed over the batch, shape [latents].
  public let klPerLatent: UnsafeMutableBufferPointer<Double>
  /// The largest rate.
  public let largestRate: Float
}

/// The activations of an autoencoder and their gradients, for batches up to a given size.
public struct AutoencoderWorkspace {
  let latent: PoissonMemory
  let latentGradient: Matrix
  let reconstruction: Matrix
  let meanReconstruction: Matrix
  let columnNorms: AlignedBuffer<Double>
  let columnTotals: AlignedBuffer<Double>
  let row: UnsafeMutableBufferPointer<Float>
  private let storage: [AlignedBuffer<Float>]

  /// Allocates the buffers.
  ///
  /// - Parameters:
  ///   - batch: The most samples of a pass.
  ///   - pixels: Number of input values.
  ///   - latents: Number of latent variables.
  public init(batch: Int, pixels: Int, latents: Int) {
    let sizes = [batch * latents, batch * pixels, batch * pixels, latents]
    storage = sizes.map { AlignedBuffer(count: $0, repeating: 0) }
    latent = PoissonMemory(batch: batch, latents: latents)
    latentGradient = Matrix(storage[0].elements, rows: batch, columns: latents)
    reconstruction = Matrix(storage[1].elements, rows: batch, columns: pixels)
    meanReconstruction = Matrix(storage[2].elements, rows: batch, columns: pixels)
    row = storage[3].elements
    columnNorms = AlignedBuffer(count: latents, repeating: 0)
    columnTotals = AlignedBuffer(count: latents, repeating: 0)
  }

  /// The memory that a workspace of this size takes, in bytes.
  ///
  /// - Parameters:
  ///   - batch: The most samples of a pass.
  ///   - pixels: Number of input values.
  ///   - latents: Number of latent variables.
  /// - Returns: Bytes.
  public static func bytes(batch: Int, pixels: Int, latents: Int) -> Int {
    4 * (7 * batch * latents + 2 * batch * pixels + latents) + 8 * 4 * latents
  }
}
