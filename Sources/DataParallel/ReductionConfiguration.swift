/// How gradients are added over ranks: the section `reduction` of a configuration.
public struct ReductionConfiguration: Codable, Sendable, Equatable {
  /// Whether sums are exact.
  public var mode: ReductionMode
  /// Number of parts that data and batches are cut into, at least the number of ranks.
  public var shards: Int

  /// Describes a reduction.
  ///
  /// - Parameters:
  ///   - mode: Whether sums are exact.
  ///   - shards: Number of parts.
  public init(mode: ReductionMode, shards: Int) {
    self.mode = mode
    self.shards = shards
  }
}

/// How the gradients of shards are added.
public enum ReductionMode: String, Codable, Sendable, CaseIterable {
  /// In fixed point: the same bits on any number of ranks.
  case exact
  /// In floating point: the same bits only on the same number of ranks.
  case fast
}
