import Foundation
import Tensors
import Testing

@testable import Experiments

@Suite struct ParzenEstimatorTests {
  /// Made by `parzen.py` with NumPy and SciPy.
  private struct Fixture: Decodable {
    struct Continuous: Decodable {
      let observations: [Double]
      let at: [Double]
      let densities: [Double]
    }
    struct Categorical: Decodable {
      let count: Int
      let observations: [Double]
      let probabilities: [Double]
    }
    let continuous: [Continuous]
    let categorical: [Categorical]
  }

  private func fixture() throws -> Fixture {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/parzen.json")
    return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: path))
  }

  @Test func densitiesAreThoseOfSciPy() throws {
    let cases = try fixture().continuous
    #expect(cases.count == 8)
    for fixture in cases {
      let estimator = ParzenEstimator(fixture.observations, dimension: .continuous)
      #expect(fixture.at.count == 7 && fixture.densities.count == 7)
      for (u, expected) in zip(fixture.at, fixture.densities) {
        // Both sum up to 151 terms in Double.
        #expect(abs(estimator.density(at: u) / expected - 1) < 1e-12, "\(fixture.observations)")
      }
    }
  }

  @Test func probabilitiesOfChoicesAreThoseOfNumPy() throws {
    let cases = try fixture().categorical
    #expect(cases.count == 3)
    for fixture in cases {
      let estimator = ParzenEstimator(
        fixture.observations, dimension: .categorical(fixture.count))
      let middles = (0..<fixture.count).map { (Double($0) + 0.5) / Double(fixture.count) }
      #expect(middles.map(estimator.density) == fixture.probabilities)
    }
  }

  @Test func samplesFollowTheDensity() {
    let observations = [0.02, 0.1, 0.12, 0.5, 0.97]
    for dimension in [SearchDimension.continuous, .categorical(10)] {
      let estimator = ParzenEstimator(observations, dimension: dimension)
      var stream = RandomStream(seed: 1, purpose: .search)
      var counts = [Double](repeating: 0, count: 10)
      let draws = 40_000
      for _ in 0..<draws { counts[Int(estimator.sample(&stream) * 10)] += 1 }
      for (tenth, count) in counts.enumerated() {
        let expected = mass(of: estimator, tenth: tenth)
        // Five standard errors, so that one in two million tests of right code would fail.
        let tolerance = 5 * (expected * (1 - expected) / Double(draws)).squareRoot()
        #expect(abs(count / Double(draws) - expected) < tolerance, "\(dimension) \(tenth)")
      }
    }
  }

  /// The probability of a tenth of the interval, by the midpoint rule.
  private func mass(of estimator: ParzenEstimator, tenth: Int) -> Double {
    let middles = (0..<1000).map { Double(tenth) / 10 + (Double($0) + 0.5) / 10_000 }
    let mean = middles.map(estimator.density).reduce(0, +) / 1000
    if case .categorical = estimator { return mean }
    return mean / 10
  }
}
