import Foundation
import Layers
import Models
import Tensors
import Testing

/// A small model, its data, and the loss of the same in `Double`.
private struct SmallModel {
  static let pixels = 6
  static let latents = 20
  static let batch = 4
  let configuration = ModelConfiguration(
    family: .poisson, encoder: .linear, decoder: .linear, latents: latents, initialScale: 0.4,
    prior: PoissonPriorConfiguration(distribution: .uniform, clamp: 0.5), rateClamp: 2.0,
    indicator: .sigmoid, excitationOnly: false, evaluationCounts: .truncated)
  let layout = PoissonAutoencoder.layout(pixels: pixels, latents: latents)
  let parameters: AlignedBuffer<Float>
  let gradients: AlignedBuffer<Float>
  let model: PoissonAutoencoder
  let x = AlignedBuffer<Float>(count: batch * pixels, repeating: 0)

  init() {
    parameters = AlignedBuffer(count: layout.count, repeating: 0)
    gradients = AlignedBuffer(count: layout.count, repeating: 0)
    model = PoissonAutoencoder(
      configuration, layout: layout, parameters: parameters, gradients: gradients,
      workspace: AutoencoderWorkspace(
        batch: Self.batch, pixels: Self.pixels, latents: Self.latents))
    model.initialize(configuration, seed: 5)
    var stream = RandomStream(seed: 9, purpose: .synthesis)
    fillNormal(x.elements, deviation: 1, from: &stream)
  }

  func train(_ method: TrainingMethod, isCold: Bool = false) -> LossTerms {
    let indices: [UInt32] = [11, 4, 7, 30]
    return indices.withUnsafeBufferPointer { indices in
      model.train(
        Matrix(x.elements, rows: Self.batch, columns: Self.pixels),
        TrainingPass(
          method: method, temperature: 0.3, isCold: isCold, beta: 0.7, eventLimit: 40,
          globalBatch: 10,
          noise: LatentNoise(seed: 3, purpose: .latents, step: 8, samples: indices)))
    }
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
  func gradientsAreCentralDifferencesOfTheLoss(_ method: TrainingMethod) {
    let small = SmallModel()
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

  @Test func aSecondPassAddsToTheGradient() {
    let small = SmallModel()
    _ = small.train(.mc)
    let once = Array(small.gradients.elements)
    _ = small.train(.mc)
    for (twice, once) in zip(small.gradients.elements, once) {
      #expect(abs(twice - 2 * once) <= 1e-5 * abs(once) + 1e-6)
    }
  }

  @Test func straightThroughIsMonteCarloUntilItIsCold() {
    let warm = SmallModel()
    let relaxed = SmallModel()
    #expect(warm.train(.st) == relaxed.train(.mc))
    #expect(Array(warm.gradients.elements) == Array(relaxed.gradients.elements))
  }

  @Test func coldStraightThroughHasTheLossOfWholeCounts() {
    let small = SmallModel()
    let terms = small.train(.st, isCold: true)
    let loss = small.loss(.st, small.parameters.elements.map(Double.init), count: true)
    #expect(abs((terms.reconstruction + 0.7 * terms.kl) / 10 - loss) < 1e-5 * loss)
    #expect(small.gradients.elements.contains { $0 != 0 })
  }

  @Test func theExactLossIsTheMeanOverManySamples() {
    let small = SmallModel()
    let exact = small.train(.exact).reconstruction
    let x = Matrix(small.x.elements, rows: SmallModel.batch, columns: SmallModel.pixels)
    var losses: [Double] = []
    for step in 0..<4000 {
      let indices: [UInt32] = [0, 1, 2, 3]
      let reconstruction = indices.withUnsafeBufferPointer { indices in
        small.model.infer(
          x, limit: .max,
          noise: LatentNoise(seed: 3, purpose: .evaluation, step: step, samples: indices)
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

  @Test(arguments: [(256, 512, 262_656), (784, 512, 803_328)])
  func parametersAreAsManyAsPublished(_ pixels: Int, _ latents: Int, _ count: Int) {
    #expect(
      PoissonAutoencoder.layout(pixels: pixels, latents: latents).parameterCount == count)
  }
}
