import Checkpoints
import Foundation
public import MPI
import Training

/// How long training stands still for a checkpoint, and how fast it is written.
public struct CheckpointBenchmark {
  /// Median time from the call to the durable file.
  public let milliseconds: Double
  /// The longest of them.
  public let longestMilliseconds: Double
  /// Mean seconds between failures that the configuration assumes.
  public let mtbf: Double
  /// Size of a file.
  public let bytes: Int

  /// Writes checkpoints of a model into a folder of its own, which is removed afterwards.
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - folder: Where to write, on the file system to be measured.
  ///   - world: The ranks that write; all must call this.
  /// - Throws: `CheckpointError`.
  public init(
    _ configuration: ResolvedConfiguration, in folder: String, on world: Communicator
  ) throws {
    let trainer = try BenchmarkModel.trainer(
      BenchmarkModel.settings(configuration.run), on: world)
    let path = "\(folder)/shoal-bench-checkpoints"
    var checkpoints = RunCheckpoints(
      path, trainer: trainer, configuration: configuration, data: nil, communicator: world)
    var written = ""
    let times = try BenchmarkModel.milliseconds(calls: 15, warmUp: 2) {
      written = try checkpoints.save(RunCheckpoints.Past(), isBest: false)
    }
    milliseconds = times[times.count / 2]
    longestMilliseconds = times[times.count - 1]
    mtbf = configuration.run.checkpoints.mtbfHours * 3600
    let attributes = try FileManager.default.attributesOfItem(atPath: written)
    bytes = (attributes[.size] as? NSNumber)?.intValue ?? 0
    try onFirstRank(world) {
      try FileManager.default.removeItem(atPath: path)
    }
  }

  /// The results by name.
  public var fields: [(String, MetricValue)] {
    [
      ("milliseconds_per_checkpoint", .number(milliseconds)),
      ("longest_milliseconds", .number(longestMilliseconds)), ("bytes", .integer(bytes)),
      ("megabytes_per_second", .number(Double(bytes) / 1e3 / milliseconds)),
      // Training stands still for the whole of a checkpoint.
      ("share_of_time_every_10_s", .number(milliseconds / (10_000 + milliseconds))),
      (
        "auto_interval_seconds",
        .number(CheckpointSchedule.interval(cost: milliseconds / 1000, mtbf: mtbf))
      ),
    ]
  }
}
