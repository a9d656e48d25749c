/// The counter-based generator Philox-4x32 with ten rounds.
///
/// A pure function from a key and a counter to 128 random bits: any value of any sequence can be
/// had without the ones before it. Source: Salmon, Moraes, Dror & Shaw, "Parallel random numbers:
/// as easy as 1, 2, 3", SC 2011.
public enum Philox {
  /// Returns the four words that belong to `counter` under `key`.
  ///
  /// - Parameters:
  ///   - counter: The position, four words of which the first is the least significant.
  ///   - key: The sequence.
  /// - Returns: 128 uniformly distributed bits.
  public static func block(_ counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var c = counter
    var k = key
    for _ in 0..<10 {
      let a = c[0].multipliedFullWidth(by: 0xD251_1F53)
      let b = c[2].multipliedFullWidth(by: 0xCD9E_8D57)
      c = SIMD4(b.high ^ c[1] ^ k[0], b.low, a.high ^ c[3] ^ k[1], a.low)
      k &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return c
  }
}
