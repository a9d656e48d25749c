import Foundation
import Tensors
import Testing

@testable import Experiments

/// The slowest of many ranks.
struct ComputeTimesTests {
  /// 200 times with a tail like an operating system's.
  private static let measured: [Double] = {
    var stream = RandomStream(seed: 3, purpose: .synthesis)
    return (0..<200).map { _ in 10 + 0.2 * stream.normal() - 0.5 * log(stream.uniform()) }
  }()

  @Test func oneRankTakesTheMeanOfTheMeasured() {
    let times = ComputeTimes(ComputeTimesTests.measured)
    let mean = ComputeTimesTests.measured.reduce(0, +) / 200
    #expect(abs(times.mean - mean) < 1e-9)
  }

  @Test func timesThatNeverVaryAreNeverExceeded() {
    let times = ComputeTimes([Double](repeating: 4, count: 50))
    for ranks in [1, 2, 100, 4096] {
      #expect(abs(times.expectedMaximum(of: ranks) - 4) < 1e-9)
      #expect(times.maximumQuantile(0.9, of: ranks) == 4)
    }
    #expect(ComputeTimes([7]).expectedMaximum(of: 9) == 7)
  }

  @Test func theMaximumOfExponentialTimesIsAHarmonicNumber() {
    // Times at the middles of equal shares of an exponential law of mean 1.
    let times = ComputeTimes((0..<2000).map { -log(1 - (Double($0) + 0.5) / 2000) })
    for ranks in [1, 4, 64, 4096] {
      let harmonic = (1...ranks).reduce(0.0) { $0 + 1 / Double($1) }
      #expect(abs(times.expectedMaximum(of: ranks) - harmonic) < 0.005 * harmonic)
    }
  }

  @Test(arguments: [2, 16, 300])
  func theExpectedMaximumIsThatOfASimulation(ranks: Int) {
    let times = ComputeTimes(ComputeTimesTests.measured)
    var stream = RandomStream(seed: 5, purpose: .synthesis, ranks)
    var maxima = (0..<4000).map { _ in
      (0..<ranks).map { _ in times.quantile(stream.uniform()) }.max() ?? 0
    }
    maxima.sort()
    let mean = maxima.reduce(0, +) / 4000
    // The deviation of one maximum is below 0.8, so that of the mean of 4000 is below 0.013.
    #expect(abs(times.expectedMaximum(of: ranks) - mean) < 0.04)
    #expect(abs(times.maximumQuantile(0.1, of: ranks) - maxima[400]) < 0.08)
    #expect(abs(times.maximumQuantile(0.9, of: ranks) - maxima[3600]) < 0.12)
  }
}
