import DataParallel

/// What a step has to do, and how much of it the busiest of any number of ranks does.
struct StepPlan {
  /// Samples of the configured global batch.
  let batch: Int
  /// The configured number of shards.
  let shards: Int
  /// Number of tensors, whose magnitudes the ranks agree on.
  let tensors: Int
  /// Elements of each part in which the gradient is reduced.
  let bucketLengths: [Int]
  /// 8 for exact sums, 4 for fast ones.
  let bytesPerElement: Int

  /// The part of a batch that one rank computes.
  struct Share: Hashable {
    /// Number of shards.
    let shards: Int
    /// Number of samples in all of them.
    let samples: Int
  }

  /// The shards that a number of ranks needs: the configured ones, or one a rank where those are
  /// too few.
  func shards(ranks: Int) -> Int { max(shards, ranks) }

  /// The samples of a global batch: the configured ones, or one a rank where those are too few.
  func batch(ranks: Int) -> Int { max(batch, shards(ranks: ranks)) }

  /// The part of rank 0, who has as much to do as any.
  func largestShare(ranks: Int) -> Share {
    let shards = shards(ranks: ranks)
    let batch = batch(ranks: ranks)
    let own = (shards + ranks - 1) / ranks
    return Share(shards: own, samples: own * (batch / shards) + min(own, batch % shards))
  }

  /// Milliseconds that ranks spend in their reductions, if all come to them at the same time.
  func reductions(ranks: Int, _ network: NetworkModel) -> Double {
    guard ranks > 1 else { return 0 }
    let agreement = StepAgreement.length(
      magnitudes: tensors, shards: shards(ranks: ranks), termsPerShard: 2)
    var time = network.allReduce(elements: agreement, bytesPerElement: 8, ranks: ranks)
    for length in bucketLengths {
      time += network.allReduce(
        elements: length, bytesPerElement: bytesPerElement, ranks: ranks)
    }
    return time
  }
}
