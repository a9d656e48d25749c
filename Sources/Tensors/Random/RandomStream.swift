import Foundation

/// What random numbers are drawn for; each purpose has sequences of its own.
public enum RandomPurpose: UInt32, Sendable {
  /// Initial values of parameters.
  case initialization = 1
  /// The order of a shard's samples in an epoch.
  case order = 2
  /// The noise of latent variables during training.
  case latents = 3
  /// The noise of dropout.
  case dropout = 4
  /// The noise of latent variables during evaluation.
  case evaluation = 5
  /// Images that are made rather than read.
  case synthesis = 6
  /// Samples drawn from a prior to look at.
  case generation = 7
  /// Where the parts that are cut from images lie.
  case crops = 8
  /// Which labelled samples a classifier learns from.
  case subsets = 9
  /// Where a sweep looks for better settings.
  case search = 10
}

/// A sequence of random numbers, found by what it is for rather than by who asks.
///
/// The key is the run's seed and the purpose, the counter two numbers of the caller's choice (an
/// epoch and a shard, say, or a sample index) and the position. Two streams with the same
/// coordinates give the same numbers on every rank and machine. Source of the generator: ``Philox``.
public struct RandomStream: Sendable {
  private let key: SIMD2<UInt32>
  private let coordinates: SIMD2<UInt32>
  private var position: UInt64 = 0
  private var block = SIMD4<UInt32>(repeating: 0)
  private var used = 4

  /// The key of all streams of one seed and purpose.
  ///
  /// - Parameters:
  ///   - seed: The run's seed.
  ///   - purpose: What the numbers are for.
  /// - Returns: The two key words of ``Philox``.
  public static func key(seed: UInt32, purpose: RandomPurpose) -> SIMD2<UInt32> {
    SIMD2(seed, purpose.rawValue)
  }

  /// Starts the stream at the given coordinates.
  ///
  /// - Parameters:
  ///   - seed: The run's seed.
  ///   - purpose: What the numbers are for.
  ///   - first: First coordinate, such as an epoch.
  ///   - second: Second coordinate, such as a shard.
  public init(seed: UInt32, purpose: RandomPurpose, _ first: Int = 0, _ second: Int = 0) {
    key = RandomStream.key(seed: seed, purpose: purpose)
    coordinates = SIMD2(UInt32(truncatingIfNeeded: first), UInt32(truncatingIfNeeded: second))
  }

  /// Returns the next 32 random bits.
  public mutating func next() -> UInt32 {
    if used == 4 {
      let low = UInt32(truncatingIfNeeded: position)
      let high = UInt32(truncatingIfNeeded: position >> 32)
      block = Philox.block(SIMD4(low, high, coordinates[0], coordinates[1]), key: key)
      position += 1
      used = 0
    }
    defer { used += 1 }
    return block[used]
  }

  /// Returns a number in the open interval from 0 to 1, with 52 random bits.
  public mutating func uniform() -> Double {
    let high = UInt64(next()) << 20
    let low = UInt64(next()) >> 12
    return (Double(high | low) + 0.5) * 0x1p-52
  }

  /// Returns a standard normal number, by the transform of Box & Muller (1958).
  public mutating func normal() -> Double {
    let radius = (-2 * log(uniform())).squareRoot()
    return radius * cos(2 * Double.pi * uniform())
  }

  /// Returns a uniformly distributed number of `0..<bound`.
  ///
  /// - Parameter bound: From 1 to 2³²; no value is favoured, since the few that would be are drawn
  ///   again.
  /// - Returns: The number.
  public mutating func index(below bound: Int) -> Int {
    precondition(bound > 0 && bound <= 1 << 32, "\(bound) is not in 1...2^32")
    let limit = (1 << 32) - (1 << 32) % bound
    while true {
      let candidate = Int(next())
      if candidate < limit { return candidate % bound }
    }
  }
}
