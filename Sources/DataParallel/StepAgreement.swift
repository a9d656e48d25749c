public import MPI
import Tensors

/// What all ranks must agree on in a step, beside the gradient: one small all-reduce.
///
/// Magnitudes, the largest rate and requests are maxima. A shard's terms have a place of their own that only
/// the rank with that shard fills, so their maximum over ranks is the value itself, bit for bit, and
/// each rank can add them in the shards' order.
public struct StepAgreement {
  private let values: AlignedBuffer<Int64>
  private let magnitudes: Int
  private let shards: Int
  private let termsPerShard: Int

  /// Allocates the places.
  ///
  /// - Parameters:
  ///   - magnitudes: Number of magnitudes, one a parameter.
  ///   - shards: Number of shards on all ranks.
  ///   - termsPerShard: Number of terms of each shard.
  public init(magnitudes: Int, shards: Int, termsPerShard: Int) {
    self.magnitudes = magnitudes
    self.shards = shards
    self.termsPerShard = termsPerShard
    values = AlignedBuffer(
      count: StepAgreement.length(
        magnitudes: magnitudes, shards: shards, termsPerShard: termsPerShard),
      repeating: .min)
  }

  /// The number of values that are reduced.
  ///
  /// - Parameters:
  ///   - magnitudes: Number of magnitudes, one a parameter.
  ///   - shards: Number of shards on all ranks.
  ///   - termsPerShard: Number of terms of each shard.
  /// - Returns: Values of 8 bytes.
  public static func length(magnitudes: Int, shards: Int, termsPerShard: Int) -> Int {
    magnitudes + 2 + shards * termsPerShard
  }

  /// Forgets the last step.
  public func clear() { values.elements.update(repeating: .min) }

  /// Reports the bits of a magnitude; the largest of all reports counts.
  ///
  /// - Parameters:
  ///   - bits: From ``FixedPoint/largestMagnitudeBits(_:)``.
  ///   - index: Which magnitude.
  public func report(magnitude bits: UInt32, _ index: Int) {
    precondition(index < magnitudes, "magnitude \(index) of \(magnitudes)")
    values.elements[index] = max(values.elements[index], Int64(bits))
  }

  /// Reports a positive rate; the largest of all reports counts, and one that is not a number
  /// beats them all.
  ///
  /// - Parameter rate: Expected spikes per sample.
  public func report(rate: Float) {
    values.elements[magnitudes] = max(values.elements[magnitudes], Int64(rate.bitPattern))
  }

  /// Asks for something, such as to stop; the largest request of all ranks is granted.
  ///
  /// - Parameter request: 0 for nothing.
  public func report(request: Int) {
    values.elements[magnitudes + 1] = max(values.elements[magnitudes + 1], Int64(request))
  }

  /// Reports a term of a shard that this rank has.
  ///
  /// - Parameters:
  ///   - term: The value.
  ///   - index: Which term.
  ///   - shard: Whose it is.
  public func report(term: Double, _ index: Int, shard: Int) {
    precondition(shard < shards && index < termsPerShard, "term \(index) of shard \(shard)")
    let place = magnitudes + 2 + shard * termsPerShard + index
    values.elements[place] = Int64(bitPattern: term.bitPattern)
  }

  /// Makes every rank hold the same values.
  ///
  /// - Parameter communicator: All its ranks must call this.
  /// - Throws: `MPIError`.
  public func agree(on communicator: Communicator) throws(MPIError) {
    try communicator.allReduce(values.elements, .maximum)
  }

  /// The largest magnitude's bits.
  ///
  /// - Parameter index: Which magnitude.
  /// - Returns: At least 0x7f800000 if not finite.
  public func magnitude(_ index: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: max(0, values.elements[index]))
  }

  /// The largest rate of all ranks.
  public var largestRate: Float {
    Float(bitPattern: UInt32(truncatingIfNeeded: max(0, values.elements[magnitudes])))
  }

  /// The largest request of all ranks.
  public var request: Int { Int(max(0, values.elements[magnitudes + 1])) }

  /// The sum of a term over all shards, added in their order.
  ///
  /// - Parameter index: Which term.
  /// - Returns: The sum.
  public func total(_ index: Int) -> Double {
    var sum = 0.0
    for shard in 0..<shards {
      let place = magnitudes + 2 + shard * termsPerShard + index
      sum += Double(bitPattern: UInt64(bitPattern: values.elements[place]))
    }
    return sum
  }
}
