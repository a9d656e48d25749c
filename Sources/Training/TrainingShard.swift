import Datasets
import Tensors

/// One shard's samples, and the part of each batch that they give.
///
/// The data of a rank are its shards; a sample never leaves the rank that holds its shard.
struct TrainingShard {
  /// The shard's number among all.
  let number: Int
  /// Its share of a batch.
  let share: Int
  private let seed: UInt32
  private let owned: Range<Int>
  private let samples: Matrix
  private let order: AlignedBuffer<Int>
  private let storage: AlignedBuffer<Float>

  /// Reads the shard's samples.
  init(
    _ number: Int, plan: BatchPlan, seed: UInt32, pixels: Int,
    read: (Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    self.number = number
    self.seed = seed
    share = plan.share(of: number).count
    owned = plan.samples(of: number)
    order = AlignedBuffer(count: owned.count, repeating: 0)
    storage = AlignedBuffer(count: owned.count * pixels, repeating: 0)
    samples = Matrix(storage.elements, rows: owned.count, columns: pixels)
    try read(owned, storage.elements)
  }

  /// Draws the order of an epoch; to be called before its first batch.
  func shuffle(epoch: Int) {
    EpochOrder.write(order.elements, of: owned, seed: seed, epoch: epoch, shard: number)
  }

  /// Copies this shard's part of a batch.
  ///
  /// - Parameters:
  ///   - batch: The batch's number in the epoch.
  ///   - x: Receives the samples in its first rows.
  ///   - indices: Receives their global indices.
  func gather(
    batch: Int, into x: Matrix, indices: UnsafeMutableBufferPointer<UInt32>
  ) {
    let numbers = UnsafeBufferPointer(order.view(batch * share..<(batch + 1) * share))
    for (place, sample) in numbers.enumerated() {
      indices[place] = UInt32(truncatingIfNeeded: sample)
    }
    x.gatherRows(of: samples, numbers, from: owned.lowerBound)
  }
}
