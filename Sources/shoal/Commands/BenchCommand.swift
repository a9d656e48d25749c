import ArgumentParser
import Experiments
import MPI

/// Measures the program on this machine.
struct BenchCommand: WorldCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure steps, reductions, checkpoints or scaling.")

  /// What can be measured.
  enum Subject: String, ExpressibleByArgument, CaseIterable {
    case step
    case allreduce
    case checkpoint
    case scaling
  }

  @Argument(help: "step, allreduce, checkpoint or scaling.")
  var subject = Subject.step

  @Argument(help: "Settings, as key.path=value.")
  var overrides: [String] = []

  @Option(name: .customLong("config"), help: "Configuration file whose step is measured.")
  var file: String?

  @Option(help: "Write the results to this file too.")
  var json: String?

  @Option(name: .customLong("run-dir"), help: "Where checkpoints are written.")
  var folder = "."

  func run(on world: Communicator) throws -> Int32 {
    let text = try textFromFirstRank(world) { try file.map(ResolvedConfiguration.text(of:)) ?? "" }
    let configuration = try ResolvedConfiguration(
      text, source: file ?? "defaults", overrides: overrides)
    let run = configuration.run
    let fields =
      switch subject {
      case .step: try StepBenchmark(run, on: world).fields
      case .allreduce: try AllReduceBenchmark(run, on: world).fields
      case .checkpoint: try CheckpointBenchmark(configuration, in: folder, on: world).fields
      case .scaling: try ScalingBenchmark(run, on: world).fields
      }
    try Console(world).report(fields, json: json, on: world)
    return 0
  }
}
