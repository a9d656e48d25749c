import Testing

@testable import Datasets

struct EpochOrderTests {
  private func order(_ samples: Range<Int>, seed: UInt32, epoch: Int, shard: Int) -> [Int] {
    var order = [Int](repeating: -1, count: samples.count)
    order.withUnsafeMutableBufferPointer {
      EpochOrder.write($0, of: samples, seed: seed, epoch: epoch, shard: shard)
    }
    return order
  }

  @Test func isAPermutationOfTheShard() {
    for samples in [0..<0, 5..<6, 100..<1300] {
      #expect(order(samples, seed: 1, epoch: 3, shard: 2).sorted() == Array(samples))
    }
  }

  @Test func dependsOnSeedEpochAndShardOnly() {
    let first = order(0..<500, seed: 1, epoch: 0, shard: 0)
    #expect(order(0..<500, seed: 1, epoch: 0, shard: 0) == first)
    #expect(order(0..<500, seed: 2, epoch: 0, shard: 0) != first)
    #expect(order(0..<500, seed: 1, epoch: 1, shard: 0) != first)
    #expect(order(0..<500, seed: 1, epoch: 0, shard: 1) != first)
  }

  @Test func everyOrderOfThreeIsAsLikely() {
    var counts: [[Int]: Int] = [:]
    for epoch in 0..<6000 { counts[order(0..<3, seed: 9, epoch: epoch, shard: 0), default: 0] += 1 }
    #expect(counts.count == 6)
    // 1000 each is expected, with a standard deviation of 29; five of them either way.
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 145 })
  }
}
