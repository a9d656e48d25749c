/// Which of the data's fixed shards each rank holds.
///
/// Consecutive ones: S/R each for S shards and R ranks, and one more for the first S%R ranks.
public struct ShardOwnership: Sendable, Equatable {
  /// Number of shards, S.
  public let shards: Int
  /// Number of ranks, R.
  public let ranks: Int

  /// Shares the shards out.
  ///
  /// - Parameters:
  ///   - shards: Number of shards, at least 1.
  ///   - ranks: Number of ranks, at least 1.
  /// - Throws: ``DatasetError`` if there are more ranks than shards, or no shard at all.
  public init(shards: Int, ranks: Int) throws(DatasetError) {
    precondition(ranks > 0, "\(ranks) ranks")
    guard shards >= ranks else {
      throw .configuration(
        key: "reduction.shards", found: "\(shards)",
        expected: "at least one for each of the \(ranks) ranks")
    }
    self.shards = shards
    self.ranks = ranks
  }

  /// The shards of a rank.
  ///
  /// - Parameter rank: In `0..<ranks`.
  /// - Returns: At least one shard.
  public func shards(of rank: Int) -> Range<Int> {
    precondition(rank >= 0 && rank < ranks, "rank \(rank) of \(ranks)")
    return ConsecutiveShares(count: shards, parts: ranks)[rank]
  }
}
