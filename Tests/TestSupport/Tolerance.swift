/// How far two numbers may be apart, and why.
public struct Tolerance: Sendable {
  /// Allowed distance whatever the size of the numbers.
  public let absolute: Double
  /// Allowed distance as a part of the expected number's magnitude.
  public let relative: Double
  /// Why the numbers are not the same.
  public let reason: String

  /// States a tolerance; two numbers are close where their distance is at most the sum of both.
  ///
  /// - Parameters:
  ///   - absolute: Allowed distance whatever the size of the numbers.
  ///   - relative: Allowed distance as a part of the expected number's magnitude.
  ///   - reason: Why the numbers are not the same, for the message.
  public init(absolute: Double = 0, relative: Double = 0, because reason: String) {
    self.absolute = absolute
    self.relative = relative
    self.reason = reason
  }

  /// Whether `found` is close to `expected`; NaN is close to nothing.
  ///
  /// - Parameters:
  ///   - found: A number.
  ///   - expected: The number that it should be.
  /// - Returns: True also where both are the same infinity.
  public func allows(_ found: Double, insteadOf expected: Double) -> Bool {
    found == expected
      || (expected.isFinite && abs(found - expected) <= absolute + relative * abs(expected))
  }
}

/// Says where two rows of numbers differ by more than a tolerance.
///
/// Used as `#expect(mismatch(found, expected, within: tolerance) == nil)`, so that the message
/// of a failure has the place and the numbers.
///
/// - Parameters:
///   - found: What the code computed.
///   - expected: As many numbers.
///   - tolerance: How far apart they may be.
/// - Returns: The counts where they differ, else the elements that are farthest apart among those
///   beyond the tolerance; `nil` where all are close.
public func mismatch<Found: Collection, Expected: Collection>(
  _ found: Found, _ expected: Expected, within tolerance: Tolerance
) -> String? where Found.Element: BinaryFloatingPoint, Expected.Element: BinaryFloatingPoint {
  if found.count != expected.count {
    return "\(found.count) elements, expected \(expected.count)"
  }
  let pairs = zip(found, expected).map { (found: Double($0), expected: Double($1)) }
  let places = pairs.indices.filter {
    !tolerance.allows(pairs[$0].found, insteadOf: pairs[$0].expected)
  }
  func distance(_ place: Int) -> Double {
    let distance = abs(pairs[place].found - pairs[place].expected)
    return distance.isNaN ? .infinity : distance
  }
  guard let worst = places.max(by: { distance($0) < distance($1) }) else { return nil }
  return "\(places.count) of \(pairs.count) differ; element \(worst) is \(pairs[worst].found), "
    + "expected \(pairs[worst].expected) ± \(tolerance.absolute) ± \(tolerance.relative)·|x| "
    + "(\(tolerance.reason))"
}

/// Says whether a number differs from another by more than a tolerance.
///
/// - Parameters:
///   - found: What the code computed.
///   - expected: What it should be.
///   - tolerance: How far apart they may be.
/// - Returns: Both numbers; `nil` where they are close.
public func mismatch(_ found: Double, _ expected: Double, within tolerance: Tolerance) -> String? {
  mismatch([found], [expected], within: tolerance)
}
