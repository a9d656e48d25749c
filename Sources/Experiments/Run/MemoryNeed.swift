import DataParallel
import Datasets
import Evaluation
import Layers
import Models
import Tensors

/// The memory that a rank of a run takes, beside that of program and libraries.
struct MemoryNeed {
  /// Bytes of images that the rank holds.
  let data: Int
  /// Bytes of parameters, moments, gradients and their sums.
  let vectors: Int
  /// Bytes of activations, and of kernels in the layouts that convolutions want.
  let workspace: Int

  /// All of it.
  var total: Int { data + vectors + workspace }

  /// Reckons it for the rank with most shards.
  ///
  /// - Parameters:
  ///   - run: The run's settings.
  ///   - model: Its model.
  ///   - plan: How epochs are cut into batches.
  ///   - validation: Number of validation samples.
  ///   - ranks: Number of ranks.
  /// - Throws: `DatasetError` where there are more ranks than shards.
  init(
    _ run: RunConfiguration, _ model: any ImageModel, _ plan: BatchPlan, validation: Int, ranks: Int
  ) throws {
    let layout = model.layout
    let owned = try ShardOwnership(shards: plan.shards, ranks: ranks).shards(of: 0)
    let samples =
      owned.reduce(0) { $0 + plan.samples(of: $1).count } + validation * owned.count / plan.shards
    data = MemoryLayout<Float>.stride * model.image.count * samples
    // Parameters, two moments, a gradient for each shard and their sum; as integers as well where
    // ranks exchange them.
    vectors = layout.parameters.count * (4 * (4 + owned.count) + (ranks > 1 ? 8 : 0))
    let capacity = max(plan.share(of: 0).count, Evaluator.chunk(for: run.model))
    // Kernels of convolutions are held effective and as gradients, and in three layouts for each
    // size of a batch: a shard's share and an evaluation's chunk.
    let kernels = layout.parameters.entries.filter { $0.shape.count == 4 }
    workspace =
      4 * capacity * layout.activations.valuesPerSample
      + 4 * (2 + 3 * 2) * kernels.reduce(0) { $0 + $1.range.count }
  }
}
