/// When checkpoints are written and kept: the section `checkpoints` of a configuration.
public struct CheckpointConfiguration: Codable, Sendable, Equatable {
  /// Optimizer steps from one checkpoint to the next; the end of a run always writes one.
  public var interval: Int
  /// How many of the newest are kept, beside the best.
  public var keep: Int

  /// Describes when checkpoints are written.
  ///
  /// - Parameters:
  ///   - interval: Steps from one to the next.
  ///   - keep: How many of the newest are kept.
  public init(interval: Int, keep: Int) {
    self.interval = interval
    self.keep = keep
  }
}
