/// Where the random numbers of one pass over a batch come from.
///
/// They belong to samples, not to places in a batch or to ranks: the same sample at the same step
/// gets the same noise wherever it is computed.
public struct SampleNoise {
  /// The run's seed.
  public let seed: UInt32
  /// What the pass is for.
  public let purpose: RandomPurpose
  /// The step, or any other number that tells passes apart.
  public let step: UInt32
  /// The global sample index of each row of the batch.
  public let samples: UnsafeBufferPointer<UInt32>

  /// Names the source of a pass's noise.
  ///
  /// - Parameters:
  ///   - seed: The run's seed.
  ///   - purpose: What the pass is for.
  ///   - step: The pass's number.
  ///   - samples: The global sample index of each row of the batch.
  public init(
    seed: UInt32, purpose: RandomPurpose, step: Int, samples: UnsafeBufferPointer<UInt32>
  ) {
    self.seed = seed
    self.purpose = purpose
    self.step = UInt32(truncatingIfNeeded: step)
    self.samples = samples
  }

  /// The two key words of ``Philox`` for this pass's own purpose.
  public var key: SIMD2<UInt32> { key(for: purpose) }

  /// The two key words of ``Philox`` for another purpose in the same pass.
  ///
  /// - Parameter purpose: What the numbers are for.
  /// - Returns: The key.
  public func key(for purpose: RandomPurpose) -> SIMD2<UInt32> {
    RandomStream.key(seed: seed, purpose: purpose)
  }
}
