import Foundation
import Tensors
import Testing

@testable import Models

@Suite struct PoissonLatentTests {
  /// Encoder outputs from −12 to 14 and log prior rates from −6 to 4, so that both clamps act.
  private func spread(excitationOnly: Bool = false) throws -> PoissonFixture {
    try PoissonFixture(
      rows: 27, latents: 37, excitationOnly: excitationOnly,
      logPrior: { Float($0 % 11) - 6 }, encoding: { Float($0 % 53) * 0.5 - 12 })
  }

  @Test(arguments: [false, true]) func ratesAndDivergencesAreTheFormulas(_ excitationOnly: Bool)
    throws
  {
    let fixture = try spread(excitationOnly: excitationOnly)
    let reference = ReferencePoisson(excitationOnly: excitationOnly)
    let largest = fixture.latent.posterior(fixture.encoding, fixture.pass)
    var expectedLargest = 0.0
    var kl = [Double](repeating: 0, count: 37)
    for i in 0..<27 * 37 {
      let a = Double(fixture.encoding.elements[i])
      let logPrior = Double(fixture.logPrior[i % 37])
      let expected = reference.rate(a, logPrior: logPrior)
      // A dozen roundings of 2⁻²⁴ each, and the error of u = a − ln(…) enters through eᵘ.
      #expect(abs(Double(fixture.rate.elements[i]) - expected) < 3e-6 * expected)
      expectedLargest = max(expectedLargest, expected)
      kl[i % 37] += reference.kl(a, logPrior: logPrior)
    }
    #expect(abs(Double(largest) - expectedLargest) < 3e-6 * expectedLargest)
    for k in 0..<37 {
      #expect(abs(fixture.latent.klPerLatent[k] - kl[k]) < 3e-6 * kl[k])
    }
  }

  @Test func theDivergenceIsTheSumOverCounts() {
    let reference = ReferencePoisson()
    for a in [-3.0, -0.5, 0, 0.7, 2] {
      for logPrior in [-5.0, -2, 0.5] {
        let prior = exp(logPrior)
        let posterior = prior * exp(reference.excitation(a))
        var sum = 0.0
        for n in 0..<200 {
          let logP = Double(n) * log(posterior) - posterior - lgamma(Double(n) + 1)
          sum += exp(logP) * (Double(n) * log(posterior / prior) - posterior + prior)
        }
        #expect(abs(reference.kl(a, logPrior: logPrior) - sum) < 1e-9 * max(1, sum))
      }
    }
  }

  @Test func theDivergenceIsZeroAtThePriorAndPositiveBeside() throws {
    // u = 10 − softplus(10 − a) vanishes at a = 10 − ln(e¹⁰ − 1).
    let neutral = Float(-log1p(-exp(-10.0)))
    let fixture = try PoissonFixture(
      rows: 3, latents: 16, logPrior: { Float($0) / 4 - 4 },
      encoding: { [neutral - 0.01, neutral, neutral + 0.01][$0 / 16] })
    _ = fixture.latent.posterior(
      Matrix(
        UnsafeMutableBufferPointer(rebasing: fixture.encoding.elements[16..<32]), rows: 1,
        columns: 16), fixture.pass)
    for k in 0..<16 {
      #expect(abs(fixture.latent.klPerLatent[k]) < 1e-9)
    }
    _ = fixture.latent.posterior(fixture.encoding, fixture.pass)
    for k in 0..<16 {
      // r·u²/2 on either side.
      let expected = exp(Double(fixture.logPrior[k])) * 1e-4
      #expect(abs(fixture.latent.klPerLatent[k] - expected) < 0.01 * expected)
    }
  }

  @Test(arguments: [Float.nan, -Float.nan]) func aRateThatIsNoNumberIsReported(_ none: Float) throws
  {
    let fixture = try PoissonFixture(
      rows: 2, latents: 20, logPrior: { _ in -4 }, encoding: { $0 == 33 ? none : 0 })
    #expect(!fixture.latent.posterior(fixture.encoding, fixture.pass).isFinite)
  }

  @Test func theInitialPriorIsThatOfNumPy() {
    let configuration = PriorConfiguration(trainable: true, distribution: .uniform, clamp: -4)
    let values = configuration.initialLogRates(count: 512, seed: 0)
    // numpy.random.default_rng(0).uniform(-6, -4, size=(1, 512))
    let expected = [-4.72607663, -5.46042657, -5.91805295, -5.96694473, -4.37345952]
    for (value, expected) in zip(values, expected) { #expect(value == Float(expected)) }
    let mean = values.reduce(0.0) { $0 + Double($1) } / 512
    #expect(abs(mean - -4.936848) < 1e-5)
  }

  @Test func largeInitialPriorsBecomeZero() {
    let configuration = PriorConfiguration(trainable: true, distribution: .constant, clamp: 6.5)
    #expect(configuration.initialLogRates(count: 3, seed: 0) == [0, 0, 0])
  }

  @Test(arguments: [
    (0.5, 6), (1, 8), (2, 10), (5, 17), (10, 26), (20, 42), (50, 83), (100, 145), (148.41, 203),
    (200, 263), (200.34, 263),
  ])
  func theEventLimitIsThePublishedOne(_ rate: Double, _ limit: Int) {
    #expect(EventLimit.forLargestRate(rate) == limit)
  }

  @Test func theEventLimitHoldsForRatesWhoseProbabilitiesUnderflow() {
    let limit = EventLimit.forLargestRate(20_000)
    // The normal approximation with its correction for skewness: λ + 4.265√λ + (4.265² − 1)/6.
    let expected = 20_000 + 4.265 * 20_000.0.squareRoot() + 2.9
    #expect(abs(Double(limit) - expected) < 3)
    #expect(EventLimit.forLargestRate(0) == 1)
  }
}
