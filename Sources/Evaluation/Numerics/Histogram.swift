/// Counts of values in equal bins from the smallest to the largest.
struct Histogram {
  /// Values in each bin; the last bin holds its right edge too.
  let counts: [Int]
  private let low: Double
  private let width: Double

  /// Counts values.
  ///
  /// - Parameters:
  ///   - values: At least one.
  ///   - edges: Edges of bins, one more than bins, at least 2.
  init(_ values: [Double], edges: Int) {
    let bins = edges - 1
    var (low, high) = (values.min() ?? 0, values.max() ?? 0)
    // As NumPy has it for values that are all the same.
    if low == high { (low, high) = (low - 0.5, high + 0.5) }
    let width = (high - low) / Double(bins)
    var counts = [Int](repeating: 0, count: bins)
    for value in values { counts[max(0, min(bins - 1, Int((value - low) / width)))] += 1 }
    self.counts = counts
    self.low = low
    self.width = width
  }

  /// The left edge of a bin.
  func edge(_ bin: Int) -> Double { low + Double(bin) * width }

  /// The left edge of the topmost bin of the highest long run of empty bins.
  ///
  /// - Parameters:
  ///   - length: Bins that make a run long.
  ///   - bound: Only bins that end at most here are looked at.
  /// - Returns: The edge; `nil` where there is no such run.
  func highestGap(of length: Int, below bound: Double = .infinity) -> Double? {
    var top: Int?
    var run = 0
    for bin in counts.indices.reversed() where edge(bin + 1) <= bound {
      if counts[bin] > 0 {
        (top, run) = (nil, 0)
        continue
      }
      top = top ?? bin
      run += 1
      // Where all values are one, the empty bins above it are no gap.
      if run >= length, top != counts.count - 1 { return top.map(edge) }
    }
    return nil
  }

  /// The left edges of the first empty bin that follows one with values, and of the last that comes before one; `nil`
  /// where no bin is empty.
  var outermostGaps: (low: Double, high: Double)? {
    let gaps = counts.indices.filter { counts[$0] == 0 }
    // The first and the last bin hold the extremes, so that each empty one lies between others.
    guard let first = gaps.first, let last = gaps.last else { return nil }
    return (edge(first), edge(last))
  }
}
