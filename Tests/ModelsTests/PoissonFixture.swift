import Layers
import Tensors
import TestSupport

@testable import Models

/// A Poisson latent layer with memory of its own.
struct PoissonFixture {
  let latent: PoissonLatent
  let pass: NetworkPass
  let encoding: Matrix
  private let encodings: AlignedBuffer<Float>

  init(
    rows: Int, latents: Int, indicator: Indicator = .sigmoid, excitationOnly: Bool = false,
    logPrior: (Int) -> Float, encoding value: (Int) -> Float
  ) throws {
    var layout = ModelLayout()
    let configuration = try ModelConfiguration.small(latents: latents) {
      $0.indicator = indicator
      $0.excitationOnly = excitationOnly
    }
    latent = PoissonLatent(configuration, in: &layout)
    pass = NetworkPass(layout, capacity: rows)
    encodings = AlignedBuffer((0..<rows * latents).map(value))
    encoding = Matrix(encodings.elements, rows: rows, columns: latents)
    for k in 0..<latents { self.logPrior[k] = logPrior(k) }
  }

  var logPrior: UnsafeMutableBufferPointer<Float> { pass[latent.logPrior].value }
  var rate: Matrix { latent.mean(rows: encoding.rows, pass) }
  var sampleSlope: Matrix { pass[latent.sampleSlope, rows: encoding.rows] }

  /// Draws a sample for rows 0, 1, … as the samples of those global indices.
  @discardableResult
  func sample(_ sampling: LatentSampling, seed: UInt32 = 1, step: Int = 3) -> Matrix {
    let indices = (0..<UInt32(encoding.rows)).map { $0 }
    return indices.withUnsafeBufferPointer {
      latent.sample(
        sampling, rows: encoding.rows,
        noise: SampleNoise(seed: seed, purpose: .latents, step: step, samples: $0), pass)
    }
  }
}
