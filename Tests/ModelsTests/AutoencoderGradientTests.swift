import Foundation
import Layers
import Tensors
import TestSupport
import Testing

@testable import Models

/// Gradients of whole models against central differences of their own loss.
@Suite struct AutoencoderGradientTests {
  /// A family with what is special about it.
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    var method = TrainingMethod.mc
    let change: @Sendable (inout ModelConfiguration) -> Void
  }

  static let families: [Case] = [
    Case(description: "gaussian") { $0.family = .gaussian },
    Case(description: "gaussian exact", method: .exact) { $0.family = .gaussian },
    Case(description: "gaussian softplus") {
      $0.family = .gaussian
      $0.latentFunction = .softplus
    },
    Case(description: "laplace") { $0.family = .laplace },
    Case(description: "laplace exact", method: .exact) { $0.family = .laplace },
    Case(description: "categorical") { $0.family = .categorical },
    Case(description: "categorical exact", method: .exact) {
      $0.family = .categorical
      $0.latents = 1
    },
    Case(description: "categorical exact with biases", method: .exact) {
      $0.family = .categorical
      $0.latents = 1
      $0.encoder = .linearWithBias
      $0.decoder = .linearWithBias
    },
    Case(description: "poisson with biases") {
      $0.encoder = .linearWithBias
      $0.decoder = .linearWithBias
    },
    Case(description: "poisson exact with biases", method: .exact) {
      $0.encoder = .linearWithBias
      $0.decoder = .linearWithBias
    },
  ]

  @Test(arguments: families)
  func gradientsOfFamiliesAreCentralDifferences(_ family: Case) throws {
    let fixture = try ModelFixture(
      latents: 4, height: 2, width: 3, batch: 4, family.change)
    try compare(fixture, family.method, perParameter: 12, step: 4e-3, tolerance: 2e-3)
  }

  static let networks: [(NetworkKind, NetworkKind)] = [
    (.mlp, .mlpWithBias), (.convWithBias, .linear), (.linear, .convWithBias),
  ]

  @Test(arguments: networks)
  func gradientsOfNetworksAreCentralDifferences(
    _ encoder: NetworkKind, _ decoder: NetworkKind
  ) throws {
    let fixture = try ModelFixture(latents: 4, height: 16, width: 16, batch: 2) {
      $0.family = .gaussian
      $0.encoder = encoder
      $0.decoder = decoder
      $0.initialScale = 0.1
    }
    fixture.train(.mc, dropsOut: true)
    let gradients = Array(fixture.pass.gradients.elements)
    for entry in fixture.model.layout.parameters.entries {
      let own = gradients[entry.range]
      let norm = own.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      let values = fixture.pass.parameters.view(entry.range)
      let middle = Array(values)
      // One element's effect drowns in the rounding of so many products; that of a step along the
      // whole gradient of a parameter does not.
      func loss(_ distance: Double) -> Double {
        for (i, g) in own.enumerated() {
          values[i] = middle[i] + Float(distance / norm * Double(g))
        }
        defer { _ = values.update(fromContentsOf: middle) }
        return fixture.loss(.mc, dropsOut: true)
      }
      let distance = 0.01 / max(norm, 1).squareRoot()
      let slope = (loss(distance) - loss(-distance)) / (2 * distance)
      // Rectified units have kinks.
      #expect(abs(slope - norm) < 0.02 * norm + 1e-3, "\(entry.name): \(norm), not \(slope)")
    }
  }

  /// Compares some elements of each parameter, those with the largest gradients.
  private func compare(
    _ fixture: ModelFixture, _ method: TrainingMethod, perParameter: Int, step: Float,
    tolerance: Double
  ) throws {
    let terms = fixture.train(method)
    #expect(terms.kl > 0)
    let gradients = Array(fixture.pass.gradients.elements)
    for entry in fixture.model.layout.parameters.entries {
      let own = gradients[entry.range]
      let largest = own.indices.sorted { abs(own[$0]) > abs(own[$1]) }.prefix(perParameter)
      let differences = numericalGradient(
        by: fixture.pass.parameters.elements, at: Array(largest), step: step
      ) { fixture.loss(method) }
      let scale = max(Double(abs(own.max { abs($0) < abs($1) } ?? 0)), 1e-3)
      for (index, difference) in zip(largest, differences) {
        #expect(
          abs(Double(gradients[index]) - difference) < tolerance * scale,
          "\(entry.name) \(index): \(gradients[index]), expected \(difference)")
      }
    }
  }

  @Test func aClosedFormIsTheMeanOverManySamples() throws {
    for family in [ModelFamily.gaussian, .laplace, .categorical] {
      let fixture = try ModelFixture(latents: 1, height: 2, width: 3, batch: 4) {
        $0.family = family
        $0.decoder = .linearWithBias
      }
      let bias = try #require(fixture.model.decoder.linear?.bias)
      for i in bias.range { fixture.pass.parameters.elements[i] = Float(i % 3) - 1 }
      let exact = fixture.train(.exact).reconstruction
      var losses: [Double] = []
      for step in 0..<4000 {
        let samples: [UInt32] = [0, 1, 2, 3]
        let y = samples.withUnsafeBufferPointer {
          fixture.model.infer(
            fixture.images, limit: 1,
            noise: SampleNoise(seed: 3, purpose: .evaluation, step: step, samples: $0),
            fixture.pass
          ).reconstruction
        }
        losses.append(
          zip(y.elements, fixture.x.elements).reduce(0.0) {
            $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1))
          })
      }
      let mean = losses.reduce(0, +) / 4000
      let deviation = (losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3999).squareRoot()
      #expect(abs(mean - exact) < 4 * deviation / 4000.0.squareRoot(), "\(family)")
    }
  }
}
