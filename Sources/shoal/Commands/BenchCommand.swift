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

  @Flag(help: "With scaling: predict steps on up to 4096 ranks.")
  var predict = false

  @Option(help: "With --predict: microseconds of a message on another network.")
  var alpha: Double?

  @Option(help: "With --predict: GB/s in each direction of that network.")
  var beta: Double?

  func validate() throws {
    if predict, subject != .scaling {
      throw ValidationError("--predict goes with scaling, not with \(subject.rawValue).")
    }
    if alpha != nil || beta != nil, !predict {
      throw ValidationError("--alpha and --beta go with --predict.")
    }
    guard (alpha == nil) == (beta == nil) else {
      throw ValidationError("--alpha and --beta describe a network together; one is missing.")
    }
    for (name, value) in [("--alpha", alpha), ("--beta", beta)] {
      if let value, !(value > 0 && value.isFinite) {
        throw ValidationError("\(name) is \(value); expected a positive number.")
      }
    }
  }

  func run(on world: Communicator) throws -> Int32 {
    let text = try textFromFirstRank(world) { try file.map(ResolvedConfiguration.text(of:)) ?? "" }
    let configuration = try ResolvedConfiguration(
      text, source: file ?? "defaults", overrides: overrides)
    let run = configuration.run
    let console = Console(world)
    console.warn(configuration.notes + (try Kernels.prepare(for: run, on: world)))
    if predict {
      let prediction = try ScalingPrediction(run, over: network, on: world)
      for line in prediction.lines { console.print(line) }
      try console.save(prediction.fields, to: json, on: world)
      return 0
    }
    let fields =
      switch subject {
      case .step: try StepBenchmark(run, on: world).fields
      case .allreduce: try AllReduceBenchmark(run, on: world).fields
      case .checkpoint: try CheckpointBenchmark(configuration, in: folder, on: world).fields
      case .scaling: try ScalingBenchmark(run, on: world).fields
      }
    try console.report(fields, json: json, on: world)
    return 0
  }

  /// The network that the command line describes.
  private var network: ScalingPrediction.Network? {
    guard let alpha, let beta else { return nil }
    return ScalingPrediction.Network(alpha: alpha, beta: beta)
  }
}
