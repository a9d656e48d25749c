import Foundation
import Layers
import Tensors
import Testing

@testable import Models

/// A small model, its data, and the loss of the same in `Double`.
private struct SmallModel {
  static let pixels = 6
  static let latents = 20
  static let batch = 4
  let fixture: ModelFixture

  init() throws {
    fixture = try ModelFixture(latents: Self.latents, height: 2, width: 3, batch: Self.batch) {
      $0.rateClamp = 2
    }
  }

  var parameters: AlignedBuffer<Float> { fixture.pass.parameters }
  var gradients: AlignedBuffer<Float> { fixture.pass.gradients }
  var layout: ParameterLayout { fixture.model.layout.parameters }
  var x: AlignedBuffer<Float> { fixture.x }

  func train(_ method: TrainingMethod, isCold: Bool = false) -> LossTerms {
    fixture.train(method, isCold: isCold)
  }

  /// The loss, a sum over the batch divided by the global batch, at other parameters.
  func loss(_ method: TrainingMethod, _ p: [Double], count: Bool = false) -> Double {
    let reference = ReferencePoisson(rateClamp: 2.0)
    let key = RandomStream.key(seed: 3, purpose: .latents)
    let (W, rho, phi) = (layout.entries[0].range, layout.entries[1].range, layout.entries[2].range)
    var loss = 0.0
    for (row, sample) in [UInt32(11), 4, 7, 30].enumerated() {
      let image = (0..<Self.pixels).map { Double(x.elements[row * Self.pixels + $0]) }
      var y = [Double](repeating: 0, count: Self.pixels)
      var variance = 0.0
      for k in 0..<Self.latents {
        let logPrior = p[rho.lowerBound + k]
        let a = (0..<Self.pixels).reduce(0.0) {
          $0 + p[W.lowerBound + k * Self.pixels + $1] * image[$1]
        }
        let rate = reference.rate(a, logPrior: logPrior)
        let waits = reference.waits(latent: k, sample: sample, step: 8, key: key, limit: 40)
        let column = (0..<Self.pixels).map { p[phi.lowerBound + $0 * Self.latents + k] }
        let z: Double
        if method == .exact {
          z = rate
          variance += rate * column.reduce(0) { $0 + $1 * $1 }
        } else if count {
          z = reference.count(rate: rate, waits: waits)
        } else {
          z = reference.sample(rate: rate, waits: waits, temperature: 0.3).z
        }
        for pixel in 0..<Self.pixels { y[pixel] += column[pixel] * z }
        loss += 0.7 * reference.kl(a, logPrior: logPrior)
      }
      loss += variance
      for pixel in 0..<Self.pixels { loss += (image[pixel] - y[pixel]) * (image[pixel] - y[pixel]) }
    }
    return loss / 10
  }
}

@Suite struct PoissonAutoencoderTests {
  @Test(arguments: [TrainingMethod.mc, .exact])
  func gradientsAreCentralDifferencesOfTheLoss(_ method: TrainingMethod) throws {
    let small = try SmallModel()
    let terms = small.train(method)
    var p = small.parameters.elements.map(Double.init)
    let loss = small.loss(method, p)
    #expect(abs((terms.reconstruction + 0.7 * terms.kl) / 10 - loss) < 1e-5 * loss)
    let scale = small.gradients.elements.reduce(0.0) { max($0, Double(abs($1))) }
    for entry in small.layout.entries {
      for i in entry.range {
        let value = p[i]
        p[i] = value + 1e-5
        let above = small.loss(method, p)
        p[i] = value - 1e-5
        let below = small.loss(method, p)
        p[i] = value
        let expected = (above - below) / 2e-5
        // Float arithmetic through two products and the sampler; differences are exact to 1e-9.
        #expect(
          abs(Double(small.gradients.elements[i]) - expected) < 2e-5 * scale, "\(entry.name) \(i)")
      }
    }
  }

  @Test func aSecondPassAddsToTheGradient() throws {
    let small = try SmallModel()
    _ = small.train(.mc)
    let once = Array(small.gradients.elements)
    _ = small.train(.mc)
    for (twice, once) in zip(small.gradients.elements, once) {
      #expect(abs(twice - 2 * once) <= 1e-5 * abs(once) + 1e-6)
    }
  }

  @Test func straightThroughIsMonteCarloUntilItIsCold() throws {
    let warm = try SmallModel()
    let relaxed = try SmallModel()
    #expect(warm.train(.st) == relaxed.train(.mc))
    #expect(Array(warm.gradients.elements) == Array(relaxed.gradients.elements))
  }

  @Test func coldStraightThroughHasTheLossOfWholeCounts() throws {
    let small = try SmallModel()
    let terms = small.train(.st, isCold: true)
    let loss = small.loss(.st, small.parameters.elements.map(Double.init), count: true)
    #expect(abs((terms.reconstruction + 0.7 * terms.kl) / 10 - loss) < 1e-5 * loss)
    #expect(small.gradients.elements.contains { $0 != 0 })
  }

  @Test func theExactLossIsTheMeanOverManySamples() throws {
    let small = try SmallModel()
    let exact = small.train(.exact).reconstruction
    let x = Matrix(small.x.elements, rows: SmallModel.batch, columns: SmallModel.pixels)
    var losses: [Double] = []
    for step in 0..<4000 {
      let indices: [UInt32] = [0, 1, 2, 3]
      let reconstruction = indices.withUnsafeBufferPointer { indices in
        small.fixture.model.infer(
          x, limit: .max,
          noise: SampleNoise(seed: 3, purpose: .evaluation, step: step, samples: indices),
          small.fixture.pass
        ).reconstruction
      }
      losses.append(
        zip(reconstruction.elements, small.x.elements).reduce(0.0) {
          $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1))
        })
    }
    let mean = losses.reduce(0, +) / 4000
    let deviation = (losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3999).squareRoot()
    #expect(abs(mean - exact) < 4 * deviation / 4000.0.squareRoot())
  }
}
