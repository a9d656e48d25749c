public import Layers
public import MPI
public import Tensors

/// Adds the gradients of all shards, on all ranks.
///
/// In the exact mode the sum is the same to the bit however the shards are dealt to ranks: a
/// power-of-two scale of each parameter, from the largest magnitude over all shards, rounds every
/// shard's gradient once, and integers are added. In the fast mode floats are added, first a rank's
/// own in the shards' order, then the ranks' as MPI likes.
///
/// Sums go out in buckets, from the end of the vector to its start, as the last shard's backward
/// pass delivers gradients: that is what scales are forecast for (``ScaleForecast``). A step calls
/// ``begin(after:)``, ``gradientsAreComplete(from:)`` any number of times, ``report(to:)`` and
/// ``reduce(_:)``.
public final class GradientReduction {
  // A class because its buffers are reused, step after step, by everyone who holds it.
  private let mode: ReductionMode
  private let layout: ParameterLayout
  private let shards: Int
  private let communicator: Communicator
  private let gradients: [AlignedBuffer<Float>]
  private let sum: AlignedBuffer<Float>
  private let terms: AlignedBuffer<UnsafePointer<Float>?>
  /// In the order in which they go out.
  private let buckets: [Bucket]
  /// Of several ranks; one alone needs no integers in memory.
  private let sums: AlignedBuffer<Int64>
  /// The sums of squares of all pieces, in their order.
  private let squares: AlignedBuffer<Double>
  private let pending: PendingReductions
  /// The bits of this rank's largest magnitudes, one a parameter.
  private let magnitudes: AlignedBuffer<UInt32>
  /// Those of all ranks in the step before.
  private let forecast: AlignedBuffer<UInt32>
  private var hasForecast = false
  private var begun = 0
  private var failure: MPIError?

  /// A part of one parameter.
  private struct Piece {
    let parameter: Int
    let range: Range<Int>
    /// Its place among all pieces.
    let number: Int
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
  ///   - sum: Receives their sum over all ranks; none of them.
  ///   - mode: How to add.
  ///   - communicator: The ranks that take part.
  public init(
    layout: ParameterLayout, shards: Int, gradients: [AlignedBuffer<Float>],
    sum: AlignedBuffer<Float>, mode: ReductionMode, communicator: Communicator
  ) {
    self.layout = layout
    self.shards = shards
    self.mode = mode
    self.communicator = communicator
    self.gradients = gradients
    self.sum = sum
    terms = AlignedBuffer(count: gradients.count, repeating: nil)
    for (i, gradient) in gradients.enumerated() {
      terms.elements[i] = UnsafePointer(gradient.elements.baseAddress)
    }
    buckets = GradientReduction.buckets(of: layout).reversed()
    let exchanges = mode == .exact && communicator.size > 1
    sums = AlignedBuffer(count: exchanges ? layout.count : 0, repeating: 0)
    squares = AlignedBuffer(
      count: buckets.reduce(0) { $0 + $1.pieces.count }, repeating: 0)
    pending = PendingReductions(on: communicator, capacity: buckets.count)
    magnitudes = AlignedBuffer(count: layout.entries.count, repeating: 0)
    forecast = AlignedBuffer(count: layout.entries.count, repeating: 0)
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
    var pieces = 0
    for (index, entry) in layout.entries.enumerated() {
      for start in stride(
        from: entry.range.lowerBound, to: entry.range.upperBound, by: bucketSize)
      {
        let end = min(start + bucketSize, entry.range.upperBound)
        let piece = Piece(parameter: index, range: start..<end, number: pieces)
        pieces += 1
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

  /// Begins a step.
  ///
  /// - Parameter magnitudes: The bits of each parameter's largest gradient in the step before, as
  ///   ``StepAgreement/magnitude(_:)`` gave them; none where there was no step. The same on every
  ///   rank.
  public func begin(after magnitudes: [UInt32]) {
    precondition(
      magnitudes.isEmpty || magnitudes.count == layout.entries.count,
      "\(magnitudes.count) magnitudes of \(layout.entries.count) parameters")
    hasForecast = mode == .fast || !magnitudes.isEmpty
    for (i, bits) in magnitudes.enumerated() { forecast.elements[i] = bits }
    self.magnitudes.elements.update(repeating: 0)
    begun = 0
  }

  /// Lets sums begin whose gradients are complete; to be called by the backward pass of this rank's
  /// last shard.
  ///
  /// What goes wrong is thrown by ``reduce(_:)``.
  ///
  /// - Parameter start: Elements from here on will not change any more, of any shard of this rank.
  public func gradientsAreComplete(from start: Int) {
    guard failure == nil else { return }
    do throws(MPIError) {
      while begun < buckets.count, buckets[begun].range.lowerBound >= start { try beginNext() }
      try pending.progress()
    } catch {
      failure = error
    }
  }

  /// Adds this rank's part of the next bucket and lets the ranks' sum begin.
  private func beginNext() throws(MPIError) {
    let bucket = buckets[begun]
    begun += 1
    for piece in bucket.pieces {
      let bits = beginPiece(piece)
      magnitudes.elements[piece.parameter] = max(magnitudes.elements[piece.parameter], bits)
    }
    switch mode {
    case .exact:
      if hasForecast, communicator.size > 1 {
        try pending.start(sums.view(bucket.range), .sum)
      }
    case .fast:
      addInOrder(
        UnsafeBufferPointer(terms.elements), from: bucket.range.lowerBound,
        into: sum.view(bucket.range))
      try pending.start(sum.view(bucket.range), .sum)
    }
  }

  /// Returns the bits of the largest magnitude; writes the sum, where a scale is known.
  private func beginPiece(_ piece: Piece) -> UInt32 {
    let forecast = forecast.elements[piece.parameter]
    guard mode == .exact, hasForecast, forecast < 0x7f80_0000 else {
      return gradients.reduce(0) {
        max($0, FixedPoint.largestMagnitudeBits($1.view(piece.range)))
      }
    }
    return addOwn(piece, ScaleForecast.scale(after: forecast, terms: shards))
  }

  /// Adds this rank's gradients: to integers that the ranks add, or, of one rank, to the sum
  /// itself.
  ///
  /// - Returns: The bits of the largest magnitude.
  private func addOwn(_ piece: Piece, _ scale: FixedPoint) -> UInt32 {
    let terms = UnsafeBufferPointer(terms.elements)
    let start = piece.range.lowerBound
    if communicator.size > 1 {
      return scale.sum(terms, from: start, into: sums.view(piece.range))
    }
    let result = scale.add(terms, from: start, into: sum.view(piece.range))
    squares.elements[piece.number] = result.squares
    return result.largestMagnitudeBits
  }

  /// Reports the largest magnitudes of this rank's gradients, which are all complete, to the ranks'
  /// agreement.
  ///
  /// - Parameter agreement: Has one magnitude for each parameter.
  public func report(to agreement: StepAgreement) {
    gradientsAreComplete(from: 0)
    for (index, bits) in magnitudes.elements.enumerated() {
      agreement.report(magnitude: bits, index)
    }
  }

  /// Finishes the sum over all shards.
  ///
  /// - Parameter agreement: What all ranks agreed on; every magnitude must be finite.
  /// - Returns: The sum of its squares, without those of parameters that have no gradient.
  /// - Throws: `MPIError`.
  public func reduce(_ agreement: StepAgreement) throws(MPIError) -> Double {
    if let failure { throw failure }
    var total = 0.0
    for bucket in buckets {
      if isPending { try pending.finishNext() }
      switch mode {
      case .exact:
        for piece in bucket.pieces {
          try restore(piece, agreement.magnitude(piece.parameter))
          if layout.entries[piece.parameter].hasGradient {
            total += squares.elements[piece.number]
          }
        }
      case .fast:
        for range in bucket.normRanges { total += sumOfSquares(sum.view(range)) }
      }
    }
    return total
  }

  /// Waits for what is under way in a step whose sum is not wanted.
  ///
  /// - Throws: `MPIError`.
  public func discard() throws(MPIError) {
    if let failure { throw failure }
    if isPending { for _ in buckets { try pending.finishNext() } }
  }

  /// Whether sums over ranks are under way, or were in this step.
  private var isPending: Bool { hasForecast && (mode == .fast || communicator.size > 1) }

  /// Turns a sum back to floats, made anew where its scale does not suit it.
  private func restore(_ piece: Piece, _ actual: UInt32) throws(MPIError) {
    let forecast = forecast.elements[piece.parameter]
    let isSuited = hasForecast && ScaleForecast.suits(after: forecast, actual)
    let scale =
      isSuited
      ? ScaleForecast.scale(after: forecast, terms: shards)
      : FixedPoint(largestMagnitudeBits: actual, terms: shards)
    if !isSuited { _ = addOwn(piece, scale) }
    guard communicator.size > 1 else { return }
    let total = sums.view(piece.range)
    if !isSuited { try communicator.allReduce(total, .sum) }
    squares.elements[piece.number] = scale.restore(total, into: sum.view(piece.range))
  }
}
