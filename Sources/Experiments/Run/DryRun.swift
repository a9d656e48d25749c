import DataParallel
import Datasets
import Evaluation
import Layers
public import MPI
import Models
import Training

/// What a training run would do.
public enum DryRun {
  /// Resolves everything and writes nothing.
  ///
  /// - Parameters:
  ///   - configuration: The run's settings.
  ///   - options: Its folder and data folders.
  ///   - world: The ranks of the run; all must call this.
  /// - Returns: The configuration as YAML, then comments with sizes; the same on every rank.
  /// - Throws: `DatasetError` where data are missing, or do not fit batch, shards and ranks.
  public static func lines(
    _ configuration: ResolvedConfiguration, _ options: RunOptions, on world: Communicator
  ) throws -> [String] {
    let run = configuration.run
    let extent = try DatasetExtent(of: run.data, searchFolders: options.searchFolders)
    let plan = try BatchPlan(
      samples: extent.training, batch: run.training.batch, shards: run.reduction.shards)
    let ownership = try ShardOwnership(shards: plan.shards, ranks: world.size)
    let pixels = extent.height * extent.width
    let model = try run.model.model(height: extent.height, width: extent.width)
    let layout = model.layout.parameters
    let owned = ownership.shards(of: 0)
    let samples =
      owned.reduce(0) { $0 + plan.samples(of: $1).count }
      + extent.validation * owned.count / plan.shards
    // Parameters, two moments, a gradient for each shard, and the fixed-point sums.
    let vectors = layout.count * (4 * (3 + owned.count) + 8)
    let capacity = max(plan.share(of: 0).count, Evaluator.chunk(for: run.model))
    // Kernels of convolutions are held effective and as gradients, and in three layouts for each size
    // of a batch: a shard's share and an evaluation's chunk.
    let workspace =
      4 * capacity * model.layout.activations.valuesPerSample + 4 * (2 + 3 * 2)
      * kernelValues(model)
    let steps = run.training.steps ?? run.training.epochs * plan.stepsPerEpoch
    return configuration.yaml.split(separator: "\n").map(String.init) + [
      "# run folder       \(options.folder)",
      "# training         \(extent.training) samples of \(extent.height) x \(extent.width) pixels",
      "# validation       \(extent.validation) samples",
      "# parameters       \(layout.parameterCount)",
      "# steps            \(steps), \(plan.stepsPerEpoch) an epoch",
      "# ranks            \(world.size), each with up to \(owned.count) of \(plan.shards) shards",
      "# bytes per rank   \(4 * pixels * samples + vectors + workspace)",
    ]
  }

  private static func kernelValues(_ model: any ImageModel) -> Int {
    model.layout.parameters.entries.filter { $0.shape.count == 4 }
      .reduce(0) { $0 + $1.range.count }
  }
}
