import Datasets
import Evaluation
import Foundation
import Layers
import MPI
import Models
import Tensors
import TestSupport
import Testing

@Suite struct EvaluatorTests {
  private static let pixels = 5
  private static let latents = 18
  private static let images = 31

  /// A model with its parameters and memory.
  private struct Fixture {
    let model: Autoencoder
    let pass: NetworkPass

    init(_ change: (inout ModelConfiguration) -> Void = { _ in }) throws {
      let configuration = try ModelConfiguration.small(latents: latents) {
        $0.initialScale = 0.5
        $0.prior.clamp = 0
        change(&$0)
      }
      model = try Autoencoder(configuration, height: 1, width: pixels)
      pass = NetworkPass(model.layout, capacity: images)
      model.initialize(pass.parameters, seed: 2)
    }

    /// Values of a parameter.
    func values(_ name: String) -> [Double] {
      let entry = model.layout.parameters.entries.first { $0.name == name }
      return entry.map { pass[$0].value.map(Double.init) } ?? []
    }
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
    let fixture = try Fixture()
    let model = fixture.model
    let plan = EvaluationPlan(samples: Self.images, shards: 3, chunk: 4)
    let evaluator = try Evaluator(
      model, counts: .exact, seed: 6, plan: plan, on: Communicator.alone(), read: write)
    let metrics = try evaluator.evaluate(model, fixture.pass, step: 9, eventLimit: 3)

    // The same counts in one go, and every metric by its definition, in `Double`.
    let storage = AlignedBuffer<Float>(count: Self.images * Self.pixels, repeating: 0)
    write(0..<Self.images, storage.elements)
    let x = Matrix(storage.elements, rows: Self.images, columns: Self.pixels)
    let indices = (0..<UInt32(Self.images)).map { $0 }
    let inference = indices.withUnsafeBufferPointer {
      model.infer(
        x, limit: .max,
        noise: SampleNoise(seed: 6, purpose: .evaluation, step: 9, samples: $0), fixture.pass)
    }
    let counts = inference.code.elements.map(Double.init)
    let rates = inference.mean.elements.map(Double.init)
    let weight = fixture.values("decoder/weight")
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
    #expect(metrics.mseMapOfficial == metrics.mseMap)
    expectClose(metrics.msePerPixel, mse / n / Double(Self.pixels))
    expectClose(metrics.r2, r2 / (n - 1))
    let zeros = Double(counts.count { $0 == 0 }) / Double(counts.count)
    expectClose(metrics.fractionZeros, zeros)
    let distance = (max(0, r2 / (n - 1)) - 1, 1 - zeros)
    expectClose(
      metrics.sparseCodingScore,
      ((distance.0 * distance.0 + distance.1 * distance.1) / 2).squareRoot())
    expectClose(metrics.largestRate ?? -1, rates.max() ?? 0)
    checkLatents(metrics, counts: counts, fixture)
    checkPopulation(metrics, codes: counts)
    #expect(metrics.importance == metrics.klPerLatent)
    #expect(metrics.nelbo == metrics.mse + metrics.kl)
    #expect(metrics.images == Self.images)
  }

  private func checkLatents(
    _ metrics: EvaluationMetrics, counts: [Double], _ fixture: Fixture
  ) {
    let encoder = fixture.values("encoder/weight")
    let logPrior = fixture.values("latent/log_prior")
    var sparsity = 0.0
    var kl = [Double](repeating: 0, count: Self.latents)
    for k in 0..<Self.latents {
      let own = (0..<Self.images).map { counts[$0 * Self.latents + k] }
      let squares = own.reduce(0) { $0 + $1 * $1 }
      let sum = own.reduce(0, +)
      let n = Double(Self.images)
      let lifetime = squares == 0 ? 1 : (1 - sum * sum / (n * squares)) / (1 - 1 / n)
      expectClose(metrics.lifetimeSparsityPerLatent[k], lifetime)
      expectClose(metrics.activityPerLatent[k], sum / n)
      sparsity += lifetime
      for image in 0..<Self.images {
        let a = (0..<Self.pixels).reduce(0.0) {
          $0 + encoder[k * Self.pixels + $1] * Double(pixel(image, $1))
        }
        let u = 10 - log1p(exp(10 - a))
        kl[k] += exp(logPrior[k]) * (1 + exp(u) * (u - 1)) / n
      }
      expectClose(metrics.klPerLatent[k], kl[k])
    }
    expectClose(metrics.lifetimeSparsity, sparsity / Double(Self.latents))
    expectClose(metrics.kl, kl.reduce(0, +))
    let active = Double(kl.count { $0 > 0.01 }) / Double(Self.latents)
    #expect(metrics.activeFraction == active && active > 0)
  }

  private func checkPopulation(_ metrics: EvaluationMetrics, codes: [Double]) {
    let n = Double(Self.latents)
    let sparsities = (0..<Self.images).map { image in
      let own = (0..<Self.latents).map { abs(codes[image * Self.latents + $0]) }
      let (sum, squares) = (own.reduce(0, +), own.reduce(0) { $0 + $1 * $1 })
      return squares == 0 ? 1 : (1 - sum * sum / (n * squares)) / (1 - 1 / n)
    }
    expectClose(metrics.populationSparsity, sparsities.reduce(0, +) / Double(Self.images))
    var histogram = [Double](repeating: 0, count: 50)
    for sparsity in sparsities { histogram[min(49, Int(sparsity * 50))] += 1 }
    #expect(metrics.populationHistogram == histogram)
  }

  /// Codes with a sign, and a latent function that the published mean leaves out.
  @Test(arguments: [LatentFunction.none, .relu]) func gaussianMetricsAreTheirDefinitions(
    _ function: LatentFunction
  ) throws {
    let fixture = try Fixture {
      $0.family = .gaussian
      $0.latentFunction = function
    }
    let model = fixture.model
    let plan = EvaluationPlan(samples: Self.images, shards: 3, chunk: 4)
    let evaluator = try Evaluator(
      model, counts: .exact, seed: 6, plan: plan, on: Communicator.alone(), read: write)
    let metrics = try evaluator.evaluate(model, fixture.pass, step: 9, eventLimit: 3)
    #expect(metrics.largestRate == nil)
    #expect(!metrics.named.contains { $0.name == "largest_rate" })

    let storage = AlignedBuffer<Float>(count: Self.images * Self.pixels, repeating: 0)
    write(0..<Self.images, storage.elements)
    let x = Matrix(storage.elements, rows: Self.images, columns: Self.pixels)
    let indices = (0..<UInt32(Self.images)).map { $0 }
    let inference = indices.withUnsafeBufferPointer {
      model.infer(
        x, limit: .max,
        noise: SampleNoise(seed: 6, purpose: .evaluation, step: 9, samples: $0), fixture.pass)
    }
    let codes = inference.code.elements.map(Double.init)
    let means = inference.mean.elements.map(Double.init)
    #expect(function == .relu ? codes.allSatisfy { $0 >= 0 } : codes.contains { $0 < 0 })
    let weight = fixture.values("decoder/weight")
    var (mseMap, official, sparsity) = (0.0, 0.0, 0.0)
    for image in 0..<Self.images {
      let values = (0..<Self.pixels).map { Double(pixel(image, $0)) }
      official += squaredError(values, means, weight, image)
      let rectified = function == .relu ? means.map { max($0, 0) } : means
      mseMap += squaredError(values, rectified, weight, image)
    }
    let n = Double(Self.images)
    for k in 0..<Self.latents {
      let own = (0..<Self.images).map { abs(codes[$0 * Self.latents + k]) }
      let (sum, squares) = (own.reduce(0, +), own.reduce(0) { $0 + $1 * $1 })
      sparsity += squares == 0 ? 1 : (1 - sum * sum / (n * squares)) / (1 - 1 / n)
    }
    expectClose(metrics.mseMap, mseMap / n)
    expectClose(metrics.mseMapOfficial, official / n)
    #expect((metrics.mseMap == metrics.mseMapOfficial) == (function == .none))
    expectClose(metrics.lifetimeSparsity, sparsity / Double(Self.latents))
    checkPopulation(metrics, codes: codes)
  }

  @Test func categoriesAreOrderedByTheirLogitsAndNotCalledActive() throws {
    let fixture = try Fixture {
      $0.family = .categorical
      $0.latents = 1
      $0.categories = Self.latents
      $0.prior.trainable = false
    }
    let plan = EvaluationPlan(samples: Self.images, shards: 2, chunk: 8)
    let evaluator = try Evaluator(
      fixture.model, counts: .exact, seed: 6, plan: plan, on: Communicator.alone(), read: write)
    let metrics = try evaluator.evaluate(fixture.model, fixture.pass, step: 9, eventLimit: 3)
    #expect(metrics.activeFraction == nil)
    expectClose(metrics.fractionZeros, 1 - 1 / Double(Self.latents))
    let encoder = fixture.values("encoder/weight")
    var (logits, kl) = ([Double](repeating: 0, count: Self.latents), 0.0)
    for image in 0..<Self.images {
      let a = (0..<Self.latents).map { k in
        (0..<Self.pixels).reduce(0.0) {
          $0 + encoder[k * Self.pixels + $1] * Double(pixel(image, $1))
        }
      }
      let offset = log(a.reduce(0.0) { $0 + exp($1) })
      for k in 0..<Self.latents {
        logits[k] += (a[k] - offset) / Double(Self.images)
        kl += exp(a[k] - offset) * (a[k] - offset + log(Double(Self.latents)))
      }
    }
    for k in 0..<Self.latents { expectClose(metrics.importance[k], logits[k]) }
    expectClose(metrics.kl, kl / Double(Self.images))
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
