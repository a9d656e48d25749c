/// How gradients are added over ranks: the section `reduction` of a configuration.
public struct ReductionConfiguration: Codable, Sendable, Equatable {
  /// Whether sums are exact.
  public var mode: ReductionMode
  /// Number of parts that data and batches are cut into, at least the number of ranks.
  public var shards: Int
  /// Steps from one comparison of the ranks' numbers to the next; 0 for none but before
  /// checkpoints.
  public var verifyInterval: Int
  /// Whether sums over ranks begin while gradients are still computed.
  public var overlap: Bool
  /// Whether ranks of one machine add in common memory; else as between machines.
  public var sharedMemory: Bool

  enum CodingKeys: String, CodingKey {
    case mode
    case shards
    case verifyInterval = "verify_interval"
    case overlap
    case sharedMemory = "shared_memory"
  }

  /// Describes a reduction.
  ///
  /// - Parameters:
  ///   - mode: Whether sums are exact.
  ///   - shards: Number of parts.
  ///   - verifyInterval: Steps from one comparison of the ranks to the next; 0 for none.
  ///   - overlap: Whether sums begin while gradients are still computed.
  ///   - sharedMemory: Whether ranks of one machine add in common memory.
  public init(
    mode: ReductionMode, shards: Int, verifyInterval: Int, overlap: Bool, sharedMemory: Bool
  ) {
    self.mode = mode
    self.shards = shards
    self.verifyInterval = verifyInterval
    self.overlap = overlap
    self.sharedMemory = sharedMemory
  }
}

/// How the gradients of shards are added.
public enum ReductionMode: String, Codable, Sendable, CaseIterable {
  /// In fixed point: the same bits on any number of ranks.
  case exact
  /// In floating point: the same bits only on the same number of ranks.
  case fast
}
