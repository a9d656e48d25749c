import Foundation

/// Quantiles of Student's t law, for two-sided intervals of 99 %.
enum StudentQuantile {
  /// The number t with P(|T| ≤ t) = 0.99.
  ///
  /// - Parameter degreesOfFreedom: At least 1.
  /// - Returns: The quantile, to six decimals up to 30 degrees of freedom and four beyond.
  static func twoSided99(degreesOfFreedom: Int) -> Double {
    precondition(degreesOfFreedom > 0, "\(degreesOfFreedom) degrees of freedom")
    if degreesOfFreedom <= table.count { return table[degreesOfFreedom - 1] }
    return expansion(Double(degreesOfFreedom))
  }

  /// For 1 to 30 degrees of freedom; computed with SciPy 1.17.1 as `scipy.stats.t.ppf(0.995, df)`.
  private static let table = [
    63.656741, 9.924843, 5.840909, 4.604095, 4.032143,
    3.707428, 3.499483, 3.355387, 3.249836, 3.169273,
    3.105807, 3.054540, 3.012276, 2.976843, 2.946713,
    2.920782, 2.898231, 2.878440, 2.860935, 2.845340,
    2.831360, 2.818756, 2.807336, 2.796940, 2.787436,
    2.778715, 2.770683, 2.763262, 2.756386, 2.749996,
  ]

  /// The expansion in 1/df about the normal quantile; Abramowitz & Stegun, "Handbook of Mathematical Functions",
  /// 1964, 26.7.5.
  private static func expansion(_ n: Double) -> Double {
    let z = 2.5758293035489004
    let g1 = (pow(z, 3) + z) / 4
    let g2 = (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / 96
    let g3 = (3 * pow(z, 7) + 19 * pow(z, 5) + 17 * pow(z, 3) - 15 * z) / 384
    return z + g1 / n + g2 / (n * n) + g3 / (n * n * n)
  }
}
