import Foundation

/// How many arrivals of a Poisson process are drawn at the most (the paper's n_exp).
public enum EventLimit {
  /// The limit of the first epoch, that of a rate of 200.
  public static let initial = forLargestRate(200)

  /// Returns the smallest count k with P(count ≤ k) ≥ 1 − 10⁻⁵ at the given rate.
  ///
  /// Source: the published code (Vafaii, Galor & Yates, 2024), which applies it after every epoch
  /// to the epoch's mean of the largest rate of each batch.
  ///
  /// - Parameter rate: Expected number of arrivals, finite and not negative.
  /// - Returns: The limit, at least 1.
  public static func forLargestRate(_ rate: Double) -> Int {
    precondition(rate.isFinite && rate >= 0, "the rate is \(rate)")
    guard rate > 0 else { return 1 }
    // Far beyond what can be drawn, and still a whole number that terms can be counted up to.
    let rate = min(rate, 1e9)
    // Terms far below the mean are too small to matter, and would underflow for large rates.
    var k = max(0, Int(rate - 40 * rate.squareRoot()))
    var cumulative = probability(of: k, rate: rate)
    while cumulative < 1 - 1e-5 {
      k += 1
      cumulative += probability(of: k, rate: rate)
    }
    return max(1, k)
  }

  private static func probability(of count: Int, rate: Double) -> Double {
    exp(Double(count) * log(rate) - rate - lgamma(Double(count) + 1))
  }
}
