import Foundation
import Tensors
import Testing

@testable import Models

@Suite struct PoissonSamplerTests {
  /// Rates from 0.01 to 30 in a row longer than one block of random numbers and not a multiple of it.
  private func fixture(_ indicator: Indicator) throws -> PoissonFixture {
    let fixture = try PoissonFixture(
      rows: 5, latents: 150, indicator: indicator, logPrior: { _ in 0 }, encoding: { _ in 0 })
    for i in 0..<5 * 150 {
      fixture.rate.elements[i] = 0.01 * pow(3000, Float((i * 37) % 750) / 749)
    }
    return fixture
  }

  private func compare(
    _ fixture: PoissonFixture, _ sample: Matrix, limit: Int,
    _ expected: (Double, [Double]) -> (Double, Double)
  ) {
    let reference = ReferencePoisson()
    let key = RandomStream.key(seed: 1, purpose: .latents)
    for row in 0..<5 {
      for k in 0..<150 {
        let i = row * 150 + k
        let waits = reference.waits(
          latent: k, sample: UInt32(row), step: 3, key: key, limit: limit)
        let (z, slope) = expected(Double(fixture.rate.elements[i]), waits)
        // Times are sums of up to 260 floats, divided by τ: relative error 1e-4 where it is largest.
        #expect(abs(Double(sample.elements[i]) - z) < 2e-4 * (1 + z), "z of \(i)")
        #expect(
          abs(Double(fixture.sampleSlope.elements[i]) - slope) < 1e-3 * (1 + slope),
          "slope of \(i)")
      }
    }
  }

  @Test(arguments: Indicator.allCases, [Float(1), 0.5, 0.1, 0.05])
  func relaxedSamplesAreThoseOfThePlainComputation(_ indicator: Indicator, _ temperature: Float)
    throws
  {
    let fixture = try fixture(indicator)
    let reference = ReferencePoisson(indicator: indicator)
    let sample = fixture.sample(.relaxed(temperature: temperature, limit: 260))
    compare(fixture, sample, limit: 260) {
      reference.sample(rate: $0, waits: $1, temperature: Double(temperature))
    }
  }

  @Test func noMoreArrivalsAreDrawnThanTheLimit() throws {
    let fixture = try fixture(.sigmoid)
    let reference = ReferencePoisson()
    let sample = fixture.sample(.relaxed(temperature: 0.2, limit: 6))
    compare(fixture, sample, limit: 6) { reference.sample(rate: $0, waits: $1, temperature: 0.2) }
    for z in sample.elements { #expect(z <= 6) }
  }

  @Test func straightThroughCountsAndKeepsTheRelaxedSlope() throws {
    let fixture = try fixture(.sigmoid)
    let reference = ReferencePoisson()
    let sample = fixture.sample(.straightThrough(temperature: 0.1, limit: 260))
    compare(fixture, sample, limit: 260) { rate, waits in
      (
        reference.count(rate: rate, waits: waits),
        reference.sample(rate: rate, waits: waits, temperature: 0.1).slope
      )
    }
  }

  @Test func hardSamplesCount() throws {
    let fixture = try fixture(.cubic)
    let reference = ReferencePoisson()
    let sample = fixture.sample(.hard(limit: 260))
    fixture.sampleSlope.elements.update(repeating: 0)
    compare(fixture, sample, limit: 260) { (reference.count(rate: $0, waits: $1), 0) }
  }

  @Test func aSampleDoesNotDependOnItsPlaceInTheBatch() throws {
    let whole = try fixture(.sigmoid)
    let samples = whole.sample(.relaxed(temperature: 0.3, limit: 500))
    let alone = try PoissonFixture(
      rows: 1, latents: 150, logPrior: { _ in 0 }, encoding: { _ in 0 })
    for k in 0..<150 { alone.rate.elements[k] = whole.rate.elements[3 * 150 + k] }
    let index: [UInt32] = [3]
    let sample = index.withUnsafeBufferPointer {
      alone.latent.sample(
        .relaxed(temperature: 0.3, limit: 500), rows: 1,
        noise: SampleNoise(seed: 1, purpose: .latents, step: 3, samples: $0), alone.pass)
    }
    #expect(Array(sample.elements) == Array(samples.elements[450..<600]))
  }

  @Test func otherStepsAndSeedsGiveOtherNoise() throws {
    let fixture = try fixture(.sigmoid)
    let first = Array(fixture.sample(.hard(limit: 500), seed: 1, step: 3).elements)
    let otherStep = Array(fixture.sample(.hard(limit: 500), seed: 1, step: 4).elements)
    let otherSeed = Array(fixture.sample(.hard(limit: 500), seed: 2, step: 3).elements)
    #expect(first != otherStep)
    #expect(first != otherSeed)
  }
}

@Suite struct PoissonMomentTests {
  /// Var[z]/λ of the published table.
  private static func varianceFactor(_ indicator: Indicator, _ tau: Double) -> Double {
    let softplus = log1p(exp(1 / tau))
    return switch indicator {
    case .sigmoid: tau * (softplus - 1 / (1 + exp(-1 / tau)))
    case .linear: 1 - tau / 3
    case .cubic: 1 - 9 * tau / 35
    case .quintic: 1 - 50 * tau / 231
    case .cosine: 1 - tau / 4
    }
  }

  @Test(arguments: Indicator.allCases, [1.0, 0.5, 0.1, 0.05])
  func momentsAreThoseOfTheRelaxedProcess(_ indicator: Indicator, _ tau: Double) throws {
    let rate = 2.0
    let rows = 1000
    let fixture = try PoissonFixture(
      rows: rows, latents: 200, indicator: indicator, logPrior: { _ in 0 }, encoding: { _ in 0 })
    fixture.rate.elements.update(repeating: Float(rate))
    let z = fixture.sample(.relaxed(temperature: Float(tau), limit: 500)).elements.map(Double.init)
    let slopes = fixture.sampleSlope.elements.map(Double.init)
    let count = Double(z.count)
    let mean = z.reduce(0, +) / count
    let variance = z.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let differences = zip(slopes, z).map { $0 - $1 }
    let bias = differences.reduce(0, +) / count
    let spread = (differences.reduce(0) { $0 + $1 * $1 } / count).squareRoot()

    let meanFactor = indicator == .sigmoid ? tau * log1p(exp(1 / tau)) : 1
    let expected = rate * Self.varianceFactor(indicator, tau)
    // Five standard errors each; a count's fourth moment is near λ + 3λ².
    #expect(abs(mean - rate * meanFactor) < 5 * (expected / count).squareRoot())
    let varianceError = ((rate + 2 * rate * rate) / count).squareRoot()
    #expect(abs(variance - expected) < 5 * varianceError)
    // E[∂z/∂ln λ] = E[z].
    #expect(abs(bias) < 5 * spread / count.squareRoot())
  }
}
