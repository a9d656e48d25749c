import Layers
import Models
import Tensors

/// A Poisson latent layer with memory of its own.
struct PoissonFixture {
  let latent: PoissonLatent
  let memory: PoissonMemory
  let encoding: Matrix
  private let storage: [AlignedBuffer<Float>]

  init(
    rows: Int, latents: Int, indicator: Indicator = .sigmoid, excitationOnly: Bool = false,
    logPrior: (Int) -> Float, encoding value: (Int) -> Float
  ) {
    var layout = ParameterLayout()
    let entry = layout.add("latent/log_prior", shape: [latents])
    let values = AlignedBuffer<Float>(count: layout.count, repeating: 0)
    let gradients = AlignedBuffer<Float>(count: layout.count, repeating: 0)
    let encodings = AlignedBuffer<Float>(count: rows * latents, repeating: 0)
    for k in 0..<latents { values.elements[k] = logPrior(k) }
    for i in 0..<rows * latents { encodings.elements[i] = value(i) }
    latent = PoissonLatent(
      logPrior: Parameter(entry, in: values, gradients: gradients), rateClamp: 5.3,
      indicator: indicator, excitationOnly: excitationOnly)
    memory = PoissonMemory(batch: rows, latents: latents)
    encoding = Matrix(encodings.elements, rows: rows, columns: latents)
    storage = [values, gradients, encodings]
  }

  /// Draws a sample for rows 0, 1, … as the samples of those global indices.
  func sample(_ kind: PoissonSample, limit: Int = 500, seed: UInt32 = 1, step: Int = 3) {
    let indices = (0..<UInt32(encoding.rows)).map { $0 }
    indices.withUnsafeBufferPointer {
      latent.sample(
        rows: encoding.rows, kind, limit: limit,
        noise: LatentNoise(seed: seed, purpose: .latents, step: step, samples: $0), into: memory)
    }
  }
}
