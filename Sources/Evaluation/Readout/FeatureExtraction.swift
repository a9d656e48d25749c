public import Datasets
public import Layers
public import MPI
public import Models
import Tensors

extension Features {
  /// Encodes samples on all ranks; every rank has all features afterwards, the same to the bit on any number of ranks.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - pass: Its parameters and memory, for at least a chunk of samples.
  ///   - plan: How the samples are cut up.
  ///   - labels: One a sample.
  ///   - communicator: The ranks that share the work; all must call this.
  ///   - read: Reads samples of a range into a buffer, shape [range, pixels].
  /// - Throws: `DatasetError` if there are more ranks than shards; `MPIError`; what `read` throws.
  public init(
    _ model: any ImageModel, _ pass: NetworkPass, plan: EvaluationPlan, labels: [UInt8],
    on communicator: Communicator,
    read: (Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    let width = model.codeWidth
    let pixels = model.image.count
    let all = AlignedBuffer<Float>(count: plan.samples * width, repeating: 0)
    let input = AlignedBuffer<Float>(count: plan.chunk * pixels, repeating: 0)
    let owned = try ShardOwnership(shards: plan.shards, ranks: communicator.size)
      .shards(of: communicator.rank)
    model.prepare(pass)
    for shard in owned {
      for chunk in 0..<plan.chunks(of: shard) {
        let range = plan.samples(ofChunk: chunk, of: shard)
        let x = Matrix(
          input.view(0..<range.count * pixels), rows: range.count, columns: pixels)
        try read(range, x.elements)
        let place = all.view(range.lowerBound * width..<range.upperBound * width)
        model.encode(x, into: Matrix(place, rows: range.count, columns: width), pass)
      }
    }
    // Each feature is zero on all ranks but one, so that a sum changes no bit but the sign of a zero.
    try communicator.allReduce(all.elements, .sum)
    self.init(all, labels: labels)
  }
}
