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
/// Ranks of one machine hold their gradients in common memory, where each adds a part of all
/// shards' exactly. Between machines sums go out in buckets, from the end of the vector to its
/// start, as the last shard's backward pass delivers gradients: that is what scales are forecast
/// for (``ScaleForecast``). A step calls ``begin(after:)``, ``gradientsAreComplete(from:)`` any
/// number of times, ``report(to:)`` and ``reduce(_:)``.
public final class GradientReduction {
  // A class because its buffers are reused, step after step, by everyone who holds it.

  /// This rank's gradients, one a shard, in the shards' order.
  public var gradients: [AlignedBuffer<Float>] { memory.own }
  /// Their sum over all ranks.
  public var sum: AlignedBuffer<Float> { memory.sum }
  /// Whether ranks exchange sums, instead of seeing one another's gradients.
  public var exchangesSums: Bool { way != .inMemory }

  private let way: Way
  private let layout: ParameterLayout
  private let shards: Int
  private let communicator: Communicator
  private let memory: GradientMemory
  /// In the order in which they go out.
  private let buckets: [GradientBucket]
  /// Of several ranks that exchange them.
  private let sums: AlignedBuffer<Int64>
  private let pending: PendingReductions
  /// The bits of the largest magnitudes that this rank has seen, one a parameter.
  private let magnitudes: AlignedBuffer<UInt32>
  /// Those of all ranks in the step before.
  private let forecast: AlignedBuffer<UInt32>
  private var hasForecast = false
  private var begun = 0
  private var failure: MPIError?

  /// How sums over ranks are made.
  private enum Way {
    /// Exactly, each rank some pieces of all shards' gradients.
    case inMemory
    /// Exactly, from integers that ranks exchange.
    case integers
    /// From floats that ranks exchange.
    case floats
  }

  /// Prepares the reduction of vectors of one layout; collective.
  ///
  /// - Parameters:
  ///   - layout: The gradients' layout.
  ///   - shards: The number of shards of each rank.
  ///   - mode: How to add.
  ///   - sharesMemory: Whether ranks of one machine hold gradients in common memory.
  ///   - communicator: The ranks that take part.
  /// - Throws: `MPIError`.
  public init(
    layout: ParameterLayout, shards: [Int], mode: ReductionMode, sharesMemory: Bool = true,
    on communicator: Communicator
  ) throws(MPIError) {
    self.layout = layout
    self.shards = shards.reduce(0, +)
    self.communicator = communicator
    buckets = GradientBucket.buckets(of: layout).reversed()
    memory = try GradientMemory(
      layout, pieces: buckets.reduce(0) { $0 + $1.pieces.count }, shards: shards,
      isShared: sharesMemory && mode == .exact, on: communicator)
    way =
      switch mode {
      case .exact: memory.holdsAll ? .inMemory : .integers
      case .fast: .floats
      }
    sums = AlignedBuffer(count: way == .integers ? layout.count : 0, repeating: 0)
    pending = PendingReductions(on: communicator, capacity: buckets.count)
    magnitudes = AlignedBuffer(count: layout.entries.count, repeating: 0)
    forecast = AlignedBuffer(count: layout.entries.count, repeating: 0)
  }

  /// The lengths of the parts in which vectors of a layout are reduced, one after another.
  ///
  /// - Parameter layout: The gradients' layout.
  /// - Returns: Elements of each, with padding.
  public static func bucketLengths(of layout: ParameterLayout) -> [Int] {
    GradientBucket.buckets(of: layout).map(\.range.count)
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
    hasForecast = way == .floats || !magnitudes.isEmpty
    for (i, bits) in magnitudes.enumerated() { forecast.elements[i] = bits }
    self.magnitudes.elements.update(repeating: 0)
    begun = 0
  }

  /// Lets sums begin whose gradients are complete; to be called by the backward pass of this rank's
  /// last shard.
  ///
  /// What goes wrong is thrown by ``report(to:)``.
  ///
  /// - Parameter start: Elements from here on will not change any more, of any shard of this rank.
  public func gradientsAreComplete(from start: Int) {
    // Those of other ranks may not be complete.
    if way == .inMemory, communicator.size > 1 { return }
    guard failure == nil else { return }
    do throws(MPIError) {
      while begun < buckets.count, buckets[begun].range.lowerBound >= start { try beginNext() }
      try pending.progress()
    } catch {
      failure = error
    }
  }

  /// Adds what this rank adds of the next bucket and lets the ranks' sum begin.
  private func beginNext() throws(MPIError) {
    let bucket = buckets[begun]
    begun += 1
    for piece in bucket.pieces {
      let bits = beginPiece(piece)
      magnitudes.elements[piece.parameter] = max(magnitudes.elements[piece.parameter], bits)
    }
    switch way {
    case .inMemory: break
    case .integers: if hasForecast { try pending.start(sums.view(bucket.range), .sum) }
    case .floats:
      addInOrder(
        UnsafeBufferPointer(memory.visible.elements), from: bucket.range.lowerBound,
        into: sum.view(bucket.range))
      try pending.start(sum.view(bucket.range), .sum)
    }
  }

  /// Returns the bits of the largest magnitude; writes the sum, where a scale is known.
  private func beginPiece(_ piece: GradientPiece) -> UInt32 {
    let forecast = forecast.elements[piece.parameter]
    guard way != .floats, hasForecast, forecast < 0x7f80_0000 else {
      return gradients.reduce(0) {
        max($0, FixedPoint.largestMagnitudeBits($1.view(piece.range)))
      }
    }
    return add(piece, ScaleForecast.scale(after: forecast, terms: shards))
  }

  /// Adds this rank's gradients to integers that the ranks add, or those of all shards to the sum
  /// itself, where that is this rank's part.
  ///
  /// - Returns: The bits of the largest magnitude.
  private func add(_ piece: GradientPiece, _ scale: FixedPoint) -> UInt32 {
    let terms = UnsafeBufferPointer(memory.visible.elements)
    let start = piece.range.lowerBound
    if way == .integers { return scale.sum(terms, from: start, into: sums.view(piece.range)) }
    guard start * communicator.size / layout.count == communicator.rank else { return 0 }
    let result = scale.add(terms, from: start, into: sum.view(piece.range))
    memory.squares.elements[piece.number] = result.squares
    return result.largestMagnitudeBits
  }

  /// Reports the largest magnitudes of this rank's gradients, which are all complete, to the ranks'
  /// agreement.
  ///
  /// - Parameter agreement: Has one magnitude for each parameter.
  /// - Throws: `MPIError`.
  public func report(to agreement: StepAgreement) throws(MPIError) {
    if way == .inMemory, hasForecast { try communicator.barrier() }
    while failure == nil, begun < buckets.count { try beginNext() }
    if let failure { throw failure }
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
    if way == .inMemory { try repairSums(agreement) }
    var total = 0.0
    for bucket in buckets {
      if isPending { try pending.finishNext() }
      if way == .floats {
        for range in bucket.normRanges { total += sumOfSquares(sum.view(range)) }
        continue
      }
      for piece in bucket.pieces {
        if way == .integers { try restore(piece, agreement) }
        if layout.entries[piece.parameter].hasGradient {
          total += memory.squares.elements[piece.number]
        }
      }
    }
    return total
  }

  /// Waits for what is under way in a step whose sum is not wanted.
  ///
  /// - Throws: `MPIError`.
  public func discard() throws(MPIError) {
    if isPending { for _ in buckets { try pending.finishNext() } }
  }

  /// Whether sums over ranks are under way, or were in this step.
  private var isPending: Bool { exchangesSums && hasForecast }

  /// Whether the scale that a parameter's sum was made at suits its gradients.
  private func isSuited(_ parameter: Int, _ agreement: StepAgreement) -> Bool {
    hasForecast
      && ScaleForecast.suits(
        after: forecast.elements[parameter], agreement.magnitude(parameter))
  }

  /// Makes sums in memory anew, where their scale does not suit them.
  private func repairSums(_ agreement: StepAgreement) throws(MPIError) {
    var isComplete = true
    for bucket in buckets {
      for piece in bucket.pieces where !isSuited(piece.parameter, agreement) {
        isComplete = false
        _ = add(piece, ownScale(of: piece, agreement))
      }
    }
    if !isComplete { try communicator.barrier() }
  }

  /// The scale of gradients that are known.
  private func ownScale(of piece: GradientPiece, _ agreement: StepAgreement) -> FixedPoint {
    FixedPoint(largestMagnitudeBits: agreement.magnitude(piece.parameter), terms: shards)
  }

  /// Turns the ranks' integers back to floats, made anew where their scale does not suit them.
  private func restore(_ piece: GradientPiece, _ agreement: StepAgreement) throws(MPIError) {
    let total = sums.view(piece.range)
    var scale = ownScale(of: piece, agreement)
    if isSuited(piece.parameter, agreement) {
      scale = ScaleForecast.scale(after: forecast.elements[piece.parameter], terms: shards)
    } else {
      _ = add(piece, scale)
      try communicator.allReduce(total, .sum)
    }
    memory.squares.elements[piece.number] = scale.restore(total, into: sum.view(piece.range))
  }
}
