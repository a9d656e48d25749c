/// How an epoch's samples are cut into batches, and each batch into shards.
///
/// Shard s takes `B/S` samples of every batch of B, and one more if it is among the first `B%S`.
/// Which samples a shard owns depends on N, B and S alone, never on the ranks.
public struct BatchPlan: Sendable, Equatable {
  /// Number of samples, N.
  public let samples: Int
  /// Samples in a batch, B.
  public let batch: Int
  /// Number of shards, S.
  public let shards: Int

  /// Makes the plan.
  ///
  /// - Parameters:
  ///   - samples: Number of samples.
  ///   - batch: Samples in a batch.
  ///   - shards: Number of shards.
  /// - Throws: ``DatasetError`` unless 1 ≤ shards ≤ batch ≤ samples.
  public init(samples: Int, batch: Int, shards: Int) throws(DatasetError) {
    guard shards >= 1 else {
      throw .configuration(key: "reduction.shards", found: "\(shards)", expected: "at least 1")
    }
    guard batch >= shards else {
      throw .configuration(
        key: "training.batch", found: "\(batch)",
        expected: "at least one sample for each of the \(shards) shards (reduction.shards)")
    }
    guard samples >= batch else {
      throw .configuration(
        key: "training.batch", found: "\(batch)",
        expected: "at most the \(samples) training samples")
    }
    self.samples = samples
    self.batch = batch
    self.shards = shards
  }

  /// Batches in an epoch, N/B; what is left over is another part of the data in every epoch.
  public var stepsPerEpoch: Int { samples / batch }

  /// The places in a batch that are a shard's.
  ///
  /// - Parameter shard: In `0..<shards`.
  /// - Returns: Places in `0..<batch`, at least one.
  public func share(of shard: Int) -> Range<Int> {
    precondition(shard >= 0 && shard < shards, "shard \(shard) of \(shards)")
    return ConsecutiveShares(count: batch, parts: shards)[shard]
  }

  /// The samples that a shard owns.
  ///
  /// - Parameter shard: In `0..<shards`.
  /// - Returns: ⌊N·c/B⌋ up to ⌊N·d/B⌋ for the shard's places c up to d of a batch: enough samples
  ///   for `stepsPerEpoch` batches.
  public func samples(of shard: Int) -> Range<Int> {
    // Let N = T·B + r with r < B, so T = N/B. Then ⌊N·c/B⌋ = T·c + ⌊r·c/B⌋, and the shard owns
    // T·(d − c) + ⌊r·d/B⌋ − ⌊r·c/B⌋ ≥ T·(d − c) samples: d − c for each of T batches. More than T
    // batches would need T·B + B > N samples over all shards.
    let share = share(of: shard)
    return bound(share.lowerBound)..<bound(share.upperBound)
  }

  private func bound(_ place: Int) -> Int {
    samples / batch * place + samples % batch * place / batch
  }
}
