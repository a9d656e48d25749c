/// How many numbers fall into each of several equal bins.
struct EqualBins {
  let range: ClosedRange<Double>
  let counts: [Double]

  /// Counts numbers; what is not finite or outside is left out.
  ///
  /// - Parameters:
  ///   - values: The numbers.
  ///   - range: What the bins cover together.
  ///   - bins: How many bins.
  init(_ values: [Double], range: ClosedRange<Double>, bins: Int) {
    var counts = [Double](repeating: 0, count: bins)
    let width = (range.upperBound - range.lowerBound) / Double(bins)
    for value in values where range.contains(value) {
      counts[min(bins - 1, Int((value - range.lowerBound) / width))] += 1
    }
    self.range = range
    self.counts = counts
  }

  /// Counts numbers that are not negative, in bins from zero to the largest; to one if all are as good as zero.
  ///
  /// - Parameters:
  ///   - values: The numbers.
  ///   - bins: How many bins.
  init(fromZero values: [Double], bins: Int) {
    let largest = values.filter(\.isFinite).max() ?? 0
    // Ranks flush denormal numbers to zero, so that a bin of a tiny range would have no width.
    self.init(values, range: 0...(largest > 1e-300 ? largest : 1), bins: bins)
  }
}
