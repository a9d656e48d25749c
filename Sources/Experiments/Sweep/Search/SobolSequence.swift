import Tensors

/// Points that fill the unit cube more evenly than random ones do.
///
/// Sobol's sequence in the order of the Gray code: each 2ᵏ points that follow a multiple of 2ᵏ have one
/// in each of 2ᵏ equal intervals of every coordinate. Sources: Sobol', "On the distribution of points
/// in a cube and the approximate evaluation of integrals", 1967; Antonov & Saleev, "An economic method
/// of computing LPτ-sequences", 1979; the numbers are those of ``SobolDirections``.
struct SobolSequence: Sendable {
  private let directions: [[UInt32]]
  private let shifts: [UInt32]

  /// Chooses a sequence.
  ///
  /// - Parameters:
  ///   - dimensions: From 1 to ``SobolDirections/dimensions``.
  ///   - seed: Each coordinate's bits are added, without carry, to 32 random ones of this seed, which
  ///     keeps the points as even as they were; `nil` leaves them as they are, the first in the origin.
  init(dimensions: Int, seed: UInt32?) {
    precondition(
      (1...SobolDirections.dimensions).contains(dimensions),
      "\(dimensions) is not in 1...\(SobolDirections.dimensions)")
    directions = (0..<dimensions).map(SobolDirections.numbers)
    shifts = (0..<dimensions).map { dimension in
      guard let seed else { return 0 }
      var stream = RandomStream(seed: seed, purpose: .search, dimension)
      return stream.next()
    }
  }

  /// Returns a point, each coordinate from 0 (included) to 1 (excluded).
  ///
  /// - Parameter number: From 0 to 2³² − 1; no other point need be known.
  /// - Returns: One coordinate for each dimension.
  func point(_ number: Int) -> [Double] {
    precondition((0..<1 << 32).contains(number), "\(number) is not in 0..<2^32")
    let grayCode = number ^ number >> 1
    return zip(directions, shifts).map { directions, shift in
      var bits = shift
      for (i, direction) in directions.enumerated() where grayCode >> i & 1 == 1 {
        bits ^= direction
      }
      return Double(bits) * 0x1p-32
    }
  }
}
