import Foundation

/// The times that a rank takes for its part of a step, and those of the slowest of many ranks.
///
/// A step waits for the slowest rank. The distribution is that of the measured times up to their
/// 90th percentile, and beyond it exponential with their mean excess (Davison & Smith, "Models for
/// Exceedances over High Thresholds", J. R. Statist. Soc. B, 1990): measured times alone could
/// never be exceeded, however many ranks there are, and a normal law has too thin a tail for what
/// operating systems do. The largest of many such times follows Gumbel's law.
struct ComputeTimes {
  /// The times in milliseconds, ascending.
  let sorted: [Double]
  /// How many of them are not of the tail.
  private let bulk: Int

  /// Takes measured times.
  ///
  /// - Parameter milliseconds: At least one, in any order.
  init(_ milliseconds: [Double]) {
    precondition(!milliseconds.isEmpty, "no times")
    sorted = milliseconds.sorted()
    bulk = milliseconds.count - max(1, milliseconds.count / 10)
  }

  /// The mean.
  var mean: Double { expectedMaximum(of: 1) }

  /// The tail's share, its start in milliseconds, and the mean excess over it.
  var tail: (share: Double, start: Double, meanExcess: Double) {
    let tail = sorted[bulk...]
    let start = bulk > 0 ? sorted[bulk - 1] : sorted[0]
    let mean = tail.reduce(0, +) / Double(tail.count)
    return (Double(tail.count) / Double(sorted.count), start, mean - start)
  }

  /// The time that a share of all is below.
  ///
  /// - Parameter share: From 0 up to but not including 1.
  /// - Returns: Milliseconds.
  func quantile(_ share: Double) -> Double {
    let tail = tail
    let rest = 1 - share
    if rest <= tail.share { return tail.start + tail.meanExcess * log(tail.share / rest) }
    return sorted[min(bulk - 1, Int(share * Double(sorted.count)))]
  }

  /// The expected time of the slowest of some ranks whose times are independent.
  ///
  /// ∫ q(s) d(sᴿ) over the quantiles q(s): a sum over the measured times, and for the tail of share t,
  /// start u and mean excess e, u·(1 − (1 − t)ᴿ) + e·Σ (1 − (1 − t)ʲ)/j for j from 1 to R.
  ///
  /// - Parameter ranks: R.
  /// - Returns: Milliseconds; the mean of all times for one rank.
  func expectedMaximum(of ranks: Int) -> Double {
    precondition(ranks > 0, "\(ranks) ranks")
    let tail = tail
    let count = Double(sorted.count)
    var expected = 0.0
    var below = 0.0
    for index in 0..<bulk {
      let next = pow(Double(index + 1) / count, Double(ranks))
      expected += sorted[index] * (next - below)
      below = next
    }
    expected += tail.start * (1 - below)
    var power = 1.0
    for j in 1...ranks {
      power *= 1 - tail.share
      expected += tail.meanExcess * (1 - power) / Double(j)
    }
    return expected
  }

  /// The time that the slowest of some ranks is below in a share of all steps.
  ///
  /// - Parameters:
  ///   - share: From 0 up to but not including 1.
  ///   - ranks: Number of ranks.
  /// - Returns: Milliseconds.
  func maximumQuantile(_ share: Double, of ranks: Int) -> Double {
    quantile(pow(share, 1 / Double(ranks)))
  }
}
