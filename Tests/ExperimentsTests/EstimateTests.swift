import Foundation
import Testing

@testable import Experiments

@Suite struct EstimateTests {
  /// Made by `estimates.py` with NumPy and SciPy.
  private struct Fixture: Decodable {
    struct Sample: Decodable {
      let values: [Double]
      let mean: Double
      let interval: Double
    }
    struct Quantile: Decodable {
      let df: Int
      let t: Double
    }
    let estimates: [Sample]
    let quantiles: [Quantile]
  }

  private func fixture() throws -> Fixture {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/estimates.json")
    return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: path))
  }

  @Test func meansAndIntervalsAreThoseOfSciPy() throws {
    let samples = try fixture().estimates
    #expect(samples.count == 4)
    for sample in samples {
      let estimate = Estimate(sample.values)
      #expect(abs(estimate.mean - sample.mean) < 1e-9)
      // The quantile has six decimals.
      #expect(abs((estimate.interval ?? 0) / sample.interval - 1) < 1e-6)
    }
  }

  @Test func quantilesAreThoseOfSciPy() throws {
    let quantiles = try fixture().quantiles
    #expect(quantiles.count == 43)
    for quantile in quantiles {
      let t = StudentQuantile.twoSided99(degreesOfFreedom: quantile.df)
      #expect(abs(t - quantile.t) < (quantile.df <= 30 ? 5e-7 : 5e-5), "\(quantile.df)")
    }
  }

  @Test func fiveSeedsHaveThePublishedFactor() {
    // Of these the standard deviation with divisor n is √2.
    let estimate = Estimate([1, 2, 3, 4, 5])
    #expect(abs((estimate.interval ?? 0) - 4.604 * 2.0.squareRoot() / 5.0.squareRoot()) < 1e-3)
  }

  @Test func aSingleRunHasNoInterval() {
    #expect(Estimate([3]).interval == nil)
    #expect(Estimate([3]).text(decimals: 1) == "3.0")
    #expect(Estimate([3, 3]).text(decimals: 1) == "3.0 ± 0.0")
  }
}
