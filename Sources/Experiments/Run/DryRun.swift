import DataParallel
import Datasets
import Evaluation
import Files
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
    let model = try run.model.model(height: extent.height, width: extent.width)
    let layout = model.layout.parameters
    let owned = ownership.shards(of: 0)
    let need = try MemoryNeed(run, model, plan, validation: extent.validation, ranks: world.size)
    _ = try MemoryCheck.examine(need.total, on: world)
    let steps = run.training.steps ?? run.training.epochs * plan.stepsPerEpoch
    return configuration.yaml.split(separator: "\n").map(String.init) + [
      "# run folder       \(options.folder)",
      "# training         \(extent.training) samples of \(extent.height) x \(extent.width) pixels",
      "# validation       \(extent.validation) samples",
      "# parameters       \(layout.parameterCount)",
      "# steps            \(steps), \(plan.stepsPerEpoch) an epoch",
      "# ranks            \(world.size), each with up to \(owned.count) of \(plan.shards) shards",
      "# bytes per rank   \(need.total)",
      "# bytes there are  \(AvailableMemory().bound.map(String.init) ?? "unknown")",
    ]
  }
}
