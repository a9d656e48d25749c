import Datasets
import Evaluation
import Foundation
import Layers
import MPI
import Models
import Tensors
import Testing

@Suite struct EvaluatorTests {
  private static let pixels = 5
  private static let latents = 18
  private static let images = 31
  private let configuration = ModelConfiguration(
    family: .poisson, encoder: .linear, decoder: .linear, latents: latents, initialScale: 0.5,
    prior: PoissonPriorConfiguration(distribution: .uniform, clamp: 0), rateClamp: 5.3,
    indicator: .sigmoid, excitationOnly: false, evaluationCounts: .exact)

  private func model() -> PoissonAutoencoder {
    let layout = PoissonAutoencoder.layout(pixels: Self.pixels, latents: Self.latents)
    let model = PoissonAutoencoder(
      configuration, layout: layout, parameters: AlignedBuffer(count: layout.count, repeating: 0),
      gradients: AlignedBuffer(count: layout.count, repeating: 0),
      workspace: AutoencoderWorkspace(
        batch: Self.images, pixels: Self.pixels, latents: Self.latents))
    model.initialize(configuration, seed: 2)
    return model
  }

  /// Values of an image; the last one is constant, so that it has no R².
  private func pixel(_ image: Int, _ pixel: Int) -> Float {
    image == Self.images - 1 ? 0.5 : Float((image * 7 + pixel * pixel * 3) % 11) / 5 - 1
  }

  private func write(_ rows: Range<Int>, _ values: UnsafeMutableBufferPointer<Float>) {
    for (place, row) in rows.enumerated() {
      for k in 0..<Self.pixels { values[place * Self.pixels + k] = pixel(row, k) }
    }
  }

  @Test func metricsAreTheirDefinitions() throws {
    let model = model()
    let plan = EvaluationPlan(samples: Self.images, shards: 3, chunk: 4)
    let evaluator = try Evaluator(
      configuration, seed: 6, plan: plan, pixels: Self.pixels, on: Communicator.alone(),
      read: write)
    let metrics = try evaluator.evaluate(model, step: 9, eventLimit: 3)

    // The same counts in one go, and every metric by its definition, in `Double`.
    let storage = AlignedBuffer<Float>(count: Self.images * Self.pixels, repeating: 0)
    write(0..<Self.images, storage.elements)
    let x = Matrix(storage.elements, rows: Self.images, columns: Self.pixels)
    let indices = (0..<UInt32(Self.images)).map { $0 }
    let inference = indices.withUnsafeBufferPointer {
      model.infer(
        x, limit: .max,
        noise: LatentNoise(seed: 6, purpose: .evaluation, step: 9, samples: $0))
    }
    let counts = inference.counts.elements.map(Double.init)
    let rates = inference.rate.elements.map(Double.init)
    let weight = model.decoder.weight.value.map(Double.init)
    var (mse, mseMap, r2) = (0.0, 0.0, 0.0)
    for image in 0..<Self.images {
      let values = (0..<Self.pixels).map { Double(pixel(image, $0)) }
      let mean = values.reduce(0, +) / Double(Self.pixels)
      let error = squaredError(values, counts, weight, image)
      mse += error
      mseMap += squaredError(values, rates, weight, image)
      let variation = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      if variation > 0 { r2 += 1 - error / variation }
    }
    let n = Double(Self.images)
    expectClose(metrics.mse, mse / n)
    expectClose(metrics.mseMap, mseMap / n)
    expectClose(metrics.msePerPixel, mse / n / Double(Self.pixels))
    expectClose(metrics.r2, r2 / (n - 1))
    let zeros = Double(counts.count { $0 == 0 }) / Double(counts.count)
    expectClose(metrics.fractionZeros, zeros)
    let distance = (max(0, r2 / (n - 1)) - 1, 1 - zeros)
    expectClose(
      metrics.sparseCodingScore,
      ((distance.0 * distance.0 + distance.1 * distance.1) / 2).squareRoot())
    expectClose(metrics.largestRate, rates.max() ?? 0)
    checkLatents(metrics, counts: counts)
    #expect(metrics.nelbo == metrics.mse + metrics.kl)
    #expect(metrics.images == Self.images)
  }

  private func checkLatents(_ metrics: EvaluationMetrics, counts: [Double]) {
    let model = model()
    var sparsity = 0.0
    var kl = [Double](repeating: 0, count: Self.latents)
    for k in 0..<Self.latents {
      let own = (0..<Self.images).map { counts[$0 * Self.latents + k] }
      let squares = own.reduce(0) { $0 + $1 * $1 }
      let sum = own.reduce(0, +)
      let n = Double(Self.images)
      sparsity += squares == 0 ? 1 : (1 - sum * sum / (n * squares)) / (1 - 1 / n)
      for image in 0..<Self.images {
        let a = (0..<Self.pixels).reduce(0.0) {
          $0 + Double(model.encoder.weight.value[k * Self.pixels + $1]) * Double(pixel(image, $1))
        }
        let u = 10 - log1p(exp(10 - a))
        kl[k] += exp(Double(model.latent.logPrior.value[k])) * (1 + exp(u) * (u - 1)) / n
      }
      expectClose(metrics.klPerLatent[k], kl[k])
    }
    expectClose(metrics.lifetimeSparsity, sparsity / Double(Self.latents))
    expectClose(metrics.kl, kl.reduce(0, +))
    let active = Double(kl.count { $0 > 0.01 }) / Double(Self.latents)
    #expect(metrics.activeFraction == active && active > 0)
  }

  private func squaredError(
    _ values: [Double], _ code: [Double], _ weight: [Double], _ image: Int
  ) -> Double {
    (0..<Self.pixels).reduce(0.0) { sum, pixel in
      let y = (0..<Self.latents).reduce(0.0) {
        $0 + weight[pixel * Self.latents + $1] * code[image * Self.latents + $1]
      }
      return sum + (values[pixel] - y) * (values[pixel] - y)
    }
  }

  /// Products of a dozen floats each.
  private func expectClose(_ found: Double, _ expected: Double) {
    #expect(abs(found - expected) < 1e-5 * max(abs(expected), 0.1))
  }
}
