public import MPI
import Tensors

/// Sums over samples that are the same to the bit on any number of ranks.
///
/// Each shard has a row of its own, to which only the rank that holds the shard adds; rows of other
/// ranks stay zero, so adding over ranks changes no bit, and rows are then added in the shards' order.
public struct ShardSums {
  private let rows: AlignedBuffer<Double>
  private let shards: Int
  /// Number of sums.
  public let count: Int

  /// Allocates sums of zero.
  ///
  /// - Parameters:
  ///   - count: Number of sums.
  ///   - shards: Number of shards on all ranks.
  public init(count: Int, shards: Int) {
    self.count = count
    self.shards = shards
    rows = AlignedBuffer(count: count * shards, repeating: 0)
  }

  /// Sets all sums to zero.
  public func clear() { rows.elements.update(repeating: 0) }

  /// The sums of one shard, to be added to by the rank that holds it.
  ///
  /// - Parameter shard: The shard's number.
  /// - Returns: A view, shape [count].
  public func row(_ shard: Int) -> UnsafeMutableBufferPointer<Double> {
    rows.view(shard * count..<(shard + 1) * count)
  }

  /// Adds up all shards; the totals are then in the row of shard 0 on every rank.
  ///
  /// - Parameter communicator: All its ranks must call this.
  /// - Returns: The totals, shape [count].
  /// - Throws: `MPIError`.
  public func total(on communicator: Communicator) throws(MPIError)
    -> UnsafeMutableBufferPointer<Double>
  {
    try communicator.allReduce(rows.elements, .sum)
    let total = row(0)
    for shard in 1..<max(1, shards) {
      let next = row(shard)
      for i in total.indices { total[i] += next[i] }
    }
    return total
  }
}
