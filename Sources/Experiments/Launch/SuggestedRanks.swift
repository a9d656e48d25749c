import DataParallel

/// How many ranks suit a run on this machine.
public struct SuggestedRanks: Equatable, Sendable {
  /// The number of ranks.
  public let count: Int
  /// Where it comes from.
  public let reason: String

  /// One rank a core, but at most one a shard.
  ///
  /// - Parameters:
  ///   - cores: What the machine has.
  ///   - run: The run, whose batches are cut into shards.
  public init(_ cores: AvailableCores, for run: RunConfiguration) {
    let shards = run.reduction.shards
    count = min(cores.count, shards)
    reason =
      cores.reason
      + (shards < cores.count ? ", but reduction.shards is \(shards)" : ", one rank each")
  }
}
