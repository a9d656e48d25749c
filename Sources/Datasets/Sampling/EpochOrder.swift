internal import Tensors

/// The order in which a shard's samples come in an epoch.
public enum EpochOrder {
  /// Writes a permutation of the shard's samples; nothing is allocated.
  ///
  /// The shuffle of Fisher and Yates, drawn from the run's seed, the epoch and the shard. Step t of
  /// the epoch takes the shard's share of places from `t * share` on.
  ///
  /// - Parameters:
  ///   - order: Receives sample numbers of the whole set, as many as `samples` has.
  ///   - samples: What the shard owns, from ``BatchPlan/samples(of:)``.
  ///   - seed: The run's seed.
  ///   - epoch: From 0.
  ///   - shard: The shard's number.
  public static func write(
    _ order: UnsafeMutableBufferPointer<Int>, of samples: Range<Int>, seed: UInt32, epoch: Int,
    shard: Int
  ) {
    precondition(order.count == samples.count, "\(order.count) places for \(samples) samples")
    for place in 0..<order.count { order[place] = samples.lowerBound + place }
    var stream = RandomStream(seed: seed, purpose: .order, epoch, shard)
    shuffle(order, &stream)
  }
}

/// Permutes `items`, each permutation as likely as the others; Fisher and Yates (1938).
func shuffle(_ items: UnsafeMutableBufferPointer<Int>, _ stream: inout RandomStream) {
  for left in stride(from: items.count, to: 1, by: -1) {
    items.swapAt(left - 1, stream.index(below: left))
  }
}
