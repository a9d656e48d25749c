import Tensors

/// The scale of a parameter's exact sum, taken from the gradients of the step before.
///
/// So a sum can begin before all gradients are known. 64 bits have room for gradients that grow by
/// 2⁸ within a step; with 4 shards a sum then has 2⁻⁵¹ of the last step's largest magnitude as its
/// unit. Where gradients grow more, or shrink so much that the unit matters, the sum is made again
/// at the scale of their own.
enum ScaleForecast {
  /// Powers of two by which gradients may grow.
  private static let growth = 8
  /// Powers of two by which they may shrink: the unit is then at most 2⁻³⁹ of the largest, a
  /// float's 2⁻²⁴.
  private static let shrinkage = 12

  /// The scale for the gradients to come.
  ///
  /// - Parameters:
  ///   - bits: The bits of the largest magnitude of the step before.
  ///   - terms: The number of terms in a sum.
  /// - Returns: The scale.
  static func scale(after bits: UInt32, terms: Int) -> FixedPoint {
    FixedPoint(largestMagnitudeBits: bits, terms: terms, growth: growth)
  }

  /// Whether that scale suits the gradients that came.
  ///
  /// - Parameters:
  ///   - bits: The bits of the largest magnitude of the step before.
  ///   - actual: Those of the gradients that came.
  /// - Returns: Whether no sum can have overflown, and none has lost digits that matter.
  static func suits(after bits: UInt32, _ actual: UInt32) -> Bool {
    let change = Int(max(actual, 1 << 23) >> 23) - Int(max(bits, 1 << 23) >> 23)
    return actual == 0 || (-shrinkage...growth).contains(change)
  }
}
