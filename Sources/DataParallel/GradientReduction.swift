public import Layers
public import MPI
public import Tensors

/// Adds the gradients of all shards, on all ranks.
///
/// In the exact mode the sum is the same to the bit however the shards are dealt to ranks: each
/// parameter's largest magnitude over all shards fixes a power-of-two scale at which every shard's
/// gradient is rounded once, and integers are added. In the fast mode floats are added, first a
/// rank's own in the shards' order, then the ranks' as MPI likes.
public final class GradientReduction {
  // A class because its buffers are reused, step after step, by everyone who holds it.
  private let mode: ReductionMode
  private let layout: ParameterLayout
  private let shards: Int
  private let communicator: Communicator
  private let gradients: [AlignedBuffer<Float>]
  private let terms: AlignedBuffer<UnsafePointer<Float>?>
  private let buckets: [Bucket]
  private let sums: AlignedBuffer<Int64>

  /// A part of one parameter.
  private struct Piece {
    let parameter: Int
    let range: Range<Int>
  }

  /// Neighbouring pieces that are reduced in one operation.
  private struct Bucket {
    var pieces: [Piece]
    /// What belongs to the gradient's norm: all as one, unless some pieces do not.
    var normRanges: [Range<Int>] = []

    /// All of them, with the padding between parameters, which is zero.
    var range: Range<Int> {
      pieces[0].range.lowerBound..<pieces[pieces.count - 1].range.upperBound
    }
  }

  /// Prepares the reduction of vectors of one layout.
  ///
  /// - Parameters:
  ///   - layout: The gradients' layout.
  ///   - shards: Number of shards on all ranks.
  ///   - gradients: This rank's gradients, one a shard, in the shards' order.
  ///   - mode: How to add.
  ///   - communicator: The ranks that take part.
  public init(
    layout: ParameterLayout, shards: Int, gradients: [AlignedBuffer<Float>], mode: ReductionMode,
    communicator: Communicator
  ) {
    self.layout = layout
    self.shards = shards
    self.mode = mode
    self.communicator = communicator
    self.gradients = gradients
    terms = AlignedBuffer(count: gradients.count, repeating: nil)
    for (i, gradient) in gradients.enumerated() {
      terms.elements[i] = UnsafePointer(gradient.elements.baseAddress)
    }
    buckets = GradientReduction.buckets(of: layout)
    sums = AlignedBuffer(count: mode == .exact ? layout.count : 0, repeating: 0)
  }

  /// Elements of a bucket, beside small pieces that join a full one: enough for the network's full
  /// speed, few enough that what was just rounded is still in the cache.
  private static let bucketSize = 1 << 16

  /// The lengths of the parts in which vectors of a layout are reduced, one after another.
  ///
  /// - Parameter layout: The gradients' layout.
  /// - Returns: Elements of each, with padding.
  public static func bucketLengths(of layout: ParameterLayout) -> [Int] {
    buckets(of: layout).map(\.range.count)
  }

  /// Cuts large parameters into pieces, and puts small ones together.
  private static func buckets(of layout: ParameterLayout) -> [Bucket] {
    var buckets: [Bucket] = []
    for (index, entry) in layout.entries.enumerated() {
      for start in stride(
        from: entry.range.lowerBound, to: entry.range.upperBound, by: bucketSize)
      {
        let end = min(start + bucketSize, entry.range.upperBound)
        let piece = Piece(parameter: index, range: start..<end)
        // A little more is better than a bucket of its own: one reduction less, and on very many ranks
        // a small one is done in a ring, which takes longer than all others (see `NetworkModel`).
        if let last = buckets.last, end - last.range.lowerBound <= bucketSize + bucketSize / 8 {
          buckets[buckets.count - 1].pieces.append(piece)
        } else {
          buckets.append(Bucket(pieces: [piece]))
        }
      }
    }
    for place in buckets.indices {
      let bucket = buckets[place]
      let counted = bucket.pieces.filter { layout.entries[$0.parameter].hasGradient }
      buckets[place].normRanges =
        counted.count == bucket.pieces.count ? [bucket.range] : counted.map(\.range)
    }
    return buckets
  }

  /// Reports the largest magnitudes of this rank's gradients to the ranks' agreement.
  ///
  /// - Parameter agreement: Has one magnitude for each parameter.
  public func report(to agreement: StepAgreement) {
    for (index, entry) in layout.entries.enumerated() {
      for gradient in gradients {
        let bits = FixedPoint.largestMagnitudeBits(gradient.view(entry.range))
        agreement.report(magnitude: bits, index)
      }
    }
  }

  /// Writes the sum over all shards.
  ///
  /// - Parameters:
  ///   - agreement: What all ranks agreed on; every magnitude must be finite.
  ///   - gradient: Receives the sum, the same on every rank; may be one of this rank's gradients.
  /// - Returns: The sum of its squares, without those of parameters that have no gradient.
  /// - Throws: `MPIError`.
  public func reduce(
    _ agreement: StepAgreement, into gradient: AlignedBuffer<Float>
  ) throws(MPIError) -> Double {
    switch mode {
    case .exact: try reduceExactly(agreement, into: gradient)
    case .fast: try reduceFast(into: gradient)
    }
  }

  private func reduceExactly(
    _ agreement: StepAgreement, into gradient: AlignedBuffer<Float>
  ) throws(MPIError) -> Double {
    var squares = 0.0
    func scale(_ piece: Piece) -> FixedPoint {
      FixedPoint(largestMagnitudeBits: agreement.magnitude(piece.parameter), terms: shards)
    }
    for bucket in buckets {
      for piece in bucket.pieces {
        scale(piece).sum(
          UnsafeBufferPointer(terms.elements), from: piece.range.lowerBound,
          into: sums.view(piece.range))
      }
      try exchange(sums.view(bucket.range))
      for piece in bucket.pieces {
        let square = scale(piece).restore(
          sums.view(piece.range), into: gradient.view(piece.range))
        if hasGradient(piece) { squares += square }
      }
    }
    return squares
  }

  private func reduceFast(into gradient: AlignedBuffer<Float>) throws(MPIError) -> Double {
    var squares = 0.0
    for bucket in buckets {
      let sum = gradient.view(bucket.range)
      addInOrder(UnsafeBufferPointer(terms.elements), from: bucket.range.lowerBound, into: sum)
      try exchange(sum)
      for range in bucket.normRanges { squares += sumOfSquares(gradient.view(range)) }
    }
    return squares
  }

  private func hasGradient(_ piece: Piece) -> Bool { layout.entries[piece.parameter].hasGradient }

  private func exchange<S: MPIScalar>(_ sum: UnsafeMutableBufferPointer<S>) throws(MPIError) {
    if communicator.size > 1 { try communicator.allReduce(sum, .sum) }
  }
}
