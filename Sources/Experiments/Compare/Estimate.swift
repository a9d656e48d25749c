/// A mean over runs that differ in their seeds alone, with the interval of the published tables.
struct Estimate: Equatable {
  let mean: Double
  /// Half of the 99 % interval; `nil` for a single run, of which nothing is known.
  let interval: Double?
  let count: Int

  /// Averages values.
  ///
  /// The interval is t·s/√n with the two-sided 99 % quantile t of Student's law with n − 1 degrees of freedom, and s
  /// with divisor n: for five values 4.604·s/√5, as in Vafaii, Galor & Yates, NeurIPS 2024.
  ///
  /// - Parameter values: At least one.
  init(_ values: [Double]) {
    precondition(!values.isEmpty, "a mean of nothing")
    count = values.count
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    self.mean = mean
    guard values.count > 1 else {
      interval = nil
      return
    }
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    let quantile = StudentQuantile.twoSided99(degreesOfFreedom: values.count - 1)
    interval = quantile * (variance / n).squareRoot()
  }

  /// The mean, and the interval where there is one.
  ///
  /// - Parameter decimals: Digits after the point.
  /// - Returns: As `167.17 ± 0.11`.
  func text(decimals: Int) -> String {
    let mean = String(decimals: decimals, mean)
    return interval.map { "\(mean) ± \(String(decimals: decimals, $0))" } ?? mean
  }
}
