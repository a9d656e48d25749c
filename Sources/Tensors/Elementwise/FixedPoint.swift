internal import CKernels

/// Sums of floats that do not depend on the order of their terms.
///
/// All terms are rounded towards zero to integers at one power-of-two scale, 2⁻⁶⁰ or so of the
/// largest; integers add associatively.
public struct FixedPoint {
  /// What a term is multiplied by before it is rounded.
  public let scale: Double

  /// Chooses the finest scale at which sums cannot overflow.
  ///
  /// - Parameters:
  ///   - bits: The bits of the largest magnitude among all terms, from
  ///     ``largestMagnitudeBits(_:)``; finite.
  ///   - terms: The number of terms in a sum.
  ///   - growth: Terms may be 2^growth times as large as that.
  public init(largestMagnitudeBits bits: UInt32, terms: Int, growth: Int = 0) {
    precondition(bits < 0x7f80_0000, "a term is not finite")
    // Every term is below 2^(exponent + 1), so a sum of 2^headroom of them stays below 2^62.
    let exponent = max(-126, Int(bits >> 23) - 127) + growth
    let headroom = Int.bitWidth - max(0, terms - 1).leadingZeroBitCount
    scale = Double(sign: .plus, exponent: 61 - exponent - headroom, significand: 1)
  }

  /// Returns the bits of the largest magnitude, as an integer that orders magnitudes.
  ///
  /// - Parameter elements: Floats of any kind.
  /// - Returns: At least 0x7f800000 if an element is infinite or not a number.
  public static func largestMagnitudeBits(_ elements: UnsafeMutableBufferPointer<Float>) -> UInt32 {
    shoal_largest_magnitude_bits(elements.count, elements.baseAddress)
  }

  /// Writes the fixed-point sum of several vectors' elements from `first` on.
  ///
  /// - Parameters:
  ///   - terms: Vectors, each at least `first + sum.count` long.
  ///   - first: The first element.
  ///   - sum: Receives the sums; unspecified where a term is larger than the scale allows, or no
  ///     number.
  /// - Returns: What ``largestMagnitudeBits(_:)`` gives for these elements of all terms.
  @discardableResult
  public func sum(
    _ terms: UnsafeBufferPointer<UnsafePointer<Float>?>, from first: Int,
    into sum: UnsafeMutableBufferPointer<Int64>
  ) -> UInt32 {
    shoal_sum_fixed_point(
      terms.count, terms.baseAddress, first, sum.count, scale, sum.baseAddress)
  }

  /// Writes the sum of several vectors' elements from `first` on, rounded as ``sum(_:from:into:)``
  /// and ``restore(_:into:)`` do it together.
  ///
  /// - Parameters:
  ///   - terms: Vectors, each at least `first + elements.count` long.
  ///   - first: The first element.
  ///   - elements: Receives the sums; none of the vectors.
  /// - Returns: The sum of their squares, and what ``largestMagnitudeBits(_:)`` gives for these
  ///   elements of all terms.
  public func add(
    _ terms: UnsafeBufferPointer<UnsafePointer<Float>?>, from first: Int,
    into elements: UnsafeMutableBufferPointer<Float>
  ) -> (squares: Double, largestMagnitudeBits: UInt32) {
    var bits: UInt32 = 0
    let squares = shoal_add_fixed_point(
      terms.count, terms.baseAddress, first, elements.count, scale, elements.baseAddress, &bits)
    return (squares, bits)
  }

  /// Turns fixed-point sums back to floats.
  ///
  /// - Parameters:
  ///   - sum: Sums at this scale.
  ///   - elements: Receives them, rounded once; as many.
  /// - Returns: The sum of their squares.
  public func restore(
    _ sum: UnsafeMutableBufferPointer<Int64>, into elements: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    precondition(sum.count == elements.count, "\(sum.count) sums for \(elements.count) elements")
    return shoal_from_fixed_point(sum.count, sum.baseAddress, 1 / scale, elements.baseAddress)
  }
}

/// Writes the sum of several vectors' elements from `first` on, added in the vectors' order.
///
/// - Parameters:
///   - terms: Vectors, each at least `first + sum.count` long.
///   - first: The first element.
///   - sum: Receives the sums.
public func addInOrder(
  _ terms: UnsafeBufferPointer<UnsafePointer<Float>?>, from first: Int,
  into sum: UnsafeMutableBufferPointer<Float>
) {
  shoal_sum_terms(terms.count, terms.baseAddress, first, sum.count, sum.baseAddress)
}
