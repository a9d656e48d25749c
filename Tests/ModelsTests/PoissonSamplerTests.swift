import Foundation
import Models
import Tensors
import Testing

@Suite struct PoissonSamplerTests {
  /// Rates from 0.01 to 30 in a row longer than one block of random numbers and not a multiple of it.
  private func fixture(_ indicator: Indicator) -> PoissonFixture {
    let fixture = PoissonFixture(
      rows: 5, latents: 150, indicator: indicator, logPrior: { _ in 0 }, encoding: { _ in 0 })
    for i in 0..<5 * 150 {
      fixture.memory.rate.elements[i] = 0.01 * pow(3000, Float((i * 37) % 750) / 749)
    }
    return fixture
  }

  private func compare(
    _ fixture: PoissonFixture, limit: Int, _ expected: (Double, [Double]) -> (Double, Double)
  ) {
    let reference = ReferencePoisson()
    let key = RandomStream.key(seed: 1, purpose: .latents)
    for row in 0..<5 {
      for k in 0..<150 {
        let i = row * 150 + k
        let waits = reference.waits(
          latent: k, sample: UInt32(row), step: 3, key: key, limit: limit)
        let (z, slope) = expected(Double(fixture.memory.rate.elements[i]), waits)
        // Times are sums of up to 260 floats, divided by τ: relative error 1e-4 where it is largest.
        #expect(abs(Double(fixture.memory.z.elements[i]) - z) < 2e-4 * (1 + z), "z of \(i)")
        #expect(
          abs(Double(fixture.memory.sampleSlope.elements[i]) - slope) < 1e-3 * (1 + slope),
          "slope of \(i)")
      }
    }
  }

  @Test(arguments: Indicator.allCases, [Float(1), 0.5, 0.1, 0.05])
  func relaxedSamplesAreThoseOfThePlainComputation(_ indicator: Indicator, _ temperature: Float) {
    let fixture = fixture(indicator)
    let reference = ReferencePoisson(indicator: indicator)
    fixture.sample(.relaxed(temperature: temperature), limit: 260)
    compare(fixture, limit: 260) {
      reference.sample(rate: $0, waits: $1, temperature: Double(temperature))
    }
  }

  @Test func noMoreArrivalsAreDrawnThanTheLimit() {
    let fixture = fixture(.sigmoid)
    let reference = ReferencePoisson()
    fixture.sample(.relaxed(temperature: 0.2), limit: 6)
    compare(fixture, limit: 6) { reference.sample(rate: $0, waits: $1, temperature: 0.2) }
    for z in fixture.memory.z.elements { #expect(z <= 6) }
  }

  @Test func straightThroughCountsAndKeepsTheRelaxedSlope() {
    let fixture = fixture(.sigmoid)
    let reference = ReferencePoisson()
    fixture.sample(.straightThrough(temperature: 0.1), limit: 260)
    compare(fixture, limit: 260) { rate, waits in
      (
        reference.count(rate: rate, waits: waits),
        reference.sample(rate: rate, waits: waits, temperature: 0.1).slope
      )
    }
  }

  @Test func hardSamplesCount() {
    let fixture = fixture(.cubic)
    let reference = ReferencePoisson()
    fixture.sample(.hard, limit: 260)
    fixture.memory.sampleSlope.elements.update(repeating: 0)
    compare(fixture, limit: 260) { (reference.count(rate: $0, waits: $1), 0) }
  }

  @Test func aSampleDoesNotDependOnItsPlaceInTheBatch() {
    let whole = fixture(.sigmoid)
    whole.sample(.relaxed(temperature: 0.3))
    let alone = PoissonFixture(
      rows: 1, latents: 150, logPrior: { _ in 0 }, encoding: { _ in 0 })
    for k in 0..<150 { alone.memory.rate.elements[k] = whole.memory.rate.elements[3 * 150 + k] }
    let index: [UInt32] = [3]
    index.withUnsafeBufferPointer {
      alone.latent.sample(
        rows: 1, .relaxed(temperature: 0.3), limit: 500,
        noise: LatentNoise(seed: 1, purpose: .latents, step: 3, samples: $0), into: alone.memory)
    }
    #expect(Array(alone.memory.z.elements) == Array(whole.memory.z.elements[450..<600]))
  }

  @Test func otherStepsAndSeedsGiveOtherNoise() {
    let fixture = fixture(.sigmoid)
    fixture.sample(.hard, seed: 1, step: 3)
    let first = Array(fixture.memory.z.elements)
    fixture.sample(.hard, seed: 1, step: 4)
    let otherStep = Array(fixture.memory.z.elements)
    fixture.sample(.hard, seed: 2, step: 3)
    #expect(first != otherStep)
    #expect(first != Array(fixture.memory.z.elements))
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
  func momentsAreThoseOfTheRelaxedProcess(_ indicator: Indicator, _ tau: Double) {
    let rate = 2.0
    let rows = 1000
    let fixture = PoissonFixture(
      rows: rows, latents: 200, indicator: indicator, logPrior: { _ in 0 }, encoding: { _ in 0 })
    fixture.memory.rate.elements.update(repeating: Float(rate))
    fixture.sample(.relaxed(temperature: Float(tau)))
    let z = fixture.memory.z.elements.map(Double.init)
    let slopes = fixture.memory.sampleSlope.elements.map(Double.init)
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
