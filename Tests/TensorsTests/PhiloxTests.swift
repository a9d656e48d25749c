import CKernels
import Tensors
import Testing

/// Known answers from the authors' distribution Random123 (`kat_vectors`), philox4x32 with 10 rounds.
private let knownAnswers: [(counter: [UInt32], key: [UInt32], block: [UInt32])] = [
  ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
  (
    [.max, .max, .max, .max], [.max, .max],
    [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
  ),
  (
    [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
    [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
  ),
]

@Suite struct PhiloxTests {
  @Test(arguments: 0..<3) func blocksAreTheKnownAnswers(_ index: Int) {
    let (counter, key, expected) = knownAnswers[index]
    let block = Philox.block(
      SIMD4(counter[0], counter[1], counter[2], counter[3]), key: SIMD2(key[0], key[1]))
    #expect((0..<4).map { block[$0] } == expected)
  }

  @Test(arguments: 0..<3) func theKernelGivesTheSameBlocks(_ index: Int) {
    let (counter, key, _) = knownAnswers[index]
    var words = [UInt32](repeating: 0, count: 64)
    shoal_philox_block(key, counter, &words)
    for lane in 0..<16 {
      let block = Philox.block(
        SIMD4(counter[0] &+ UInt32(lane), counter[1], counter[2], counter[3]),
        key: SIMD2(key[0], key[1]))
      #expect((0..<4).map { words[16 * $0 + lane] } == (0..<4).map { block[$0] })
    }
  }

  @Test func aStreamStartsWithTheBlockOfItsCoordinates() {
    var stream = RandomStream(seed: 7, purpose: .order, 3, 5)
    let block = Philox.block(SIMD4(0, 0, 3, 5), key: SIMD2(7, RandomPurpose.order.rawValue))
    #expect((0..<4).map { _ in stream.next() } == (0..<4).map { block[$0] })
  }

  @Test func streamsOfOtherCoordinatesDiffer() {
    var firstWords: Set<UInt32> = []
    for seed: UInt32 in 0..<4 {
      for epoch in 0..<4 {
        for shard in 0..<4 {
          var stream = RandomStream(seed: seed, purpose: .order, epoch, shard)
          firstWords.insert(stream.next())
        }
      }
    }
    #expect(firstWords.count == 64)
  }

  @Test func indicesAreUniform() {
    var stream = RandomStream(seed: 1, purpose: .order)
    var counts = [Int](repeating: 0, count: 6)
    for _ in 0..<60_000 { counts[stream.index(below: 6)] += 1 }
    let chiSquare = counts.reduce(0.0) { $0 + pow2(Double($1) - 10_000) / 10_000 }
    // The 99.99 % quantile of χ² with five degrees of freedom.
    #expect(chiSquare < 25.7)
  }

  @Test func normalsHaveTheirMoments() {
    var stream = RandomStream(seed: 2, purpose: .initialization)
    let count = 200_000
    let values = (0..<count).map { _ in stream.normal() }
    let mean = values.reduce(0, +) / Double(count)
    let variance = values.reduce(0) { $0 + $1 * $1 } / Double(count)
    let fourth = values.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(count)
    // Four standard errors: 1/√n, √2/√n and √96/√n.
    #expect(abs(mean) < 0.009)
    #expect(abs(variance - 1) < 0.0127)
    #expect(abs(fourth - 3) < 0.088)
  }
}

private func pow2(_ x: Double) -> Double { x * x }
