/// NumPy's default generator, for values that must equal those of a NumPy program.
///
/// `PCG64` with its `SeedSequence`, as `numpy.random.default_rng(seed)` gives it. Sources: O'Neill,
/// "PCG: A family of simple fast space-efficient statistically good algorithms for random number
/// generation", 2014 (XSL-RR 128/64); O'Neill, "Developing a seed_seq alternative", 2015.
public struct PCG64: Sendable {
  private var state: UInt128
  private let increment: UInt128
  private static let multiplier: UInt128 = 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645

  /// Starts the generator as NumPy does for an integer seed.
  ///
  /// - Parameter seed: The seed.
  public init(seed: UInt32) {
    var seeds = SeedSequence(entropy: seed)
    let words = (0..<4).map { _ in seeds.nextWord() }
    let start = UInt128(words[0]) << 64 | UInt128(words[1])
    let sequence = UInt128(words[2]) << 64 | UInt128(words[3])
    increment = sequence << 1 | 1
    state = (increment &+ start) &* PCG64.multiplier &+ increment
  }

  /// Returns the next 64 random bits.
  public mutating func next() -> UInt64 {
    state = state &* PCG64.multiplier &+ increment
    let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let turn = UInt64(truncatingIfNeeded: state >> 122)
    return folded >> turn | folded << ((64 - turn) & 63)
  }

  /// Returns the next number of the interval from 0 (included) to 1 (excluded).
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// NumPy's `SeedSequence` of one 32-bit word: a pool of four well-mixed words, and words drawn from it.
private struct SeedSequence {
  private var pool: [UInt32] = [0, 0, 0, 0]
  private var drawn = 0
  private var drawHash: UInt32 = 0x8b51_f9dd

  init(entropy: UInt32) {
    var hash: UInt32 = 0x43b0_d7e5
    func hashed(_ value: UInt32) -> UInt32 {
      var value = value ^ hash
      hash = hash &* 0x931e_8875
      value = value &* hash
      return value ^ value >> 16
    }
    for i in pool.indices { pool[i] = hashed(i == 0 ? entropy : 0) }
    for source in pool.indices {
      for target in pool.indices where target != source {
        let other = hashed(pool[source])
        let mixed = pool[target] &* 0xca01_f9dd &- other &* 0x4973_f715
        pool[target] = mixed ^ mixed >> 16
      }
    }
  }

  private mutating func nextHalf() -> UInt32 {
    var value = pool[drawn % 4] ^ drawHash
    drawHash = drawHash &* 0x58f3_8ded
    value = value &* drawHash
    drawn += 1
    return value ^ value >> 16
  }

  mutating func nextWord() -> UInt64 {
    let low = UInt64(nextHalf())
    return UInt64(nextHalf()) << 32 | low
  }
}
