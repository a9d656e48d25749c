/// Numbers that look random and that other languages compute to the same bits.
///
/// Golden networks have millions of parameters, which are computed on both sides rather than
/// stored: see the scripts in the folders `Fixtures`.
public enum GoldenFormula {
  /// The number of one element.
  ///
  /// - Parameters:
  ///   - position: Which array.
  ///   - index: The element's flat index.
  ///   - scale: The bound of its magnitude.
  /// - Returns: A number from −scale to scale.
  public static func value(_ position: Int, _ index: Int, scale: Float = 1) -> Float {
    let v = UInt32(truncatingIfNeeded: index &* 2_654_435_761 &+ position &* 40503 &+ 12345)
    let h = (v ^ (v >> 15)) &* 2_246_822_519
    return (Float(h >> 8) / 0x1p24 - 0.5) * 2 * scale
  }

  /// The value of a parameter by its place in a network and its kind.
  ///
  /// - Parameters:
  ///   - name: The parameter's name.
  ///   - shape: Its extents.
  ///   - position: Its place among the network's parameters.
  ///   - index: The element's flat index.
  /// - Returns: The value.
  public static func parameter(
    _ name: String, shape: [Int], position: Int, index: Int
  ) -> Float {
    if name.hasSuffix("norm/weight") { return 1 + value(position, index, scale: 0.1) }
    if name.hasSuffix("/bias") || name.hasSuffix("/log_gain") {
      return value(position, index, scale: 0.1)
    }
    let inputs = shape.dropFirst().reduce(1, *)
    return value(position, index, scale: Float(1 / Double(inputs).squareRoot()))
  }
}
