/// How a set that is evaluated is cut into shards, and each shard into chunks.
///
/// The cut depends on N, S and the chunk alone, so that the same matrix products of the same shape
/// are computed whatever rank owns a shard.
public struct EvaluationPlan: Sendable, Equatable {
  /// Number of samples, N.
  public let samples: Int
  /// Number of shards, S.
  public let shards: Int
  /// Most samples in a chunk.
  public let chunk: Int

  /// Makes the plan.
  ///
  /// - Parameters:
  ///   - samples: Number of samples, may be 0.
  ///   - shards: Number of shards, at least 1; shards beyond the samples are empty.
  ///   - chunk: Most samples in a chunk, at least 1.
  public init(samples: Int, shards: Int, chunk: Int) {
    precondition(samples >= 0 && shards >= 1 && chunk >= 1, "\(samples), \(shards), \(chunk)")
    self.samples = samples
    self.shards = shards
    self.chunk = chunk
  }

  /// The samples of a shard: N/S, and one more in the first N%S.
  ///
  /// - Parameter shard: In `0..<shards`.
  /// - Returns: Sample numbers, consecutive from shard to shard.
  public func samples(of shard: Int) -> Range<Int> {
    precondition(shard >= 0 && shard < shards, "shard \(shard) of \(shards)")
    return ConsecutiveShares(count: samples, parts: shards)[shard]
  }

  /// How many chunks a shard has.
  ///
  /// - Parameter shard: In `0..<shards`.
  /// - Returns: As many as hold all its samples.
  public func chunks(of shard: Int) -> Int { (samples(of: shard).count + chunk - 1) / chunk }

  /// The samples of one chunk of a shard; all chunks but the last are full.
  ///
  /// - Parameters:
  ///   - number: In `0..<chunks(of: shard)`.
  ///   - shard: In `0..<shards`.
  /// - Returns: Sample numbers.
  public func samples(ofChunk number: Int, of shard: Int) -> Range<Int> {
    let samples = samples(of: shard)
    let start = samples.lowerBound + number * chunk
    precondition(number >= 0 && start < samples.upperBound, "chunk \(number) of \(samples)")
    return start..<min(start + chunk, samples.upperBound)
  }
}
