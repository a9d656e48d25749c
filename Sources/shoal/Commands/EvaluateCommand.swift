import ArgumentParser
import Experiments
import MPI

/// Evaluates a trained model.
struct EvaluateCommand: WorldCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Evaluate a trained model on the data of its run.")

  @Argument(help: "A run's folder or a checkpoint.")
  var path: String

  @Argument(help: "Changed settings, as key.path=value.")
  var overrides: [String] = []

  @OptionGroup var data: DataOptions

  /// The data to evaluate on.
  enum Part: String, ExpressibleByArgument, CaseIterable {
    case validation
    case training

    var value: SavedModel.DataPart {
      switch self {
      case .validation: .validation
      case .training: .training
      }
    }
  }

  @Option(help: "The data to evaluate on.")
  var on = Part.validation

  @Option(
    help: ArgumentHelp(
      "The metrics or groups wanted, separated by commas: "
        + MetricGroup.allCases.map(\.rawValue).joined(separator: ", ") + ", all.",
      discussion: MetricGroup.allCases.map {
        "\($0.rawValue): \($0.metrics.joined(separator: ", "))."
      }.joined(separator: " ")))
  var metrics = "standard"

  @Option(help: "Write the metrics to this file too.")
  var json: String?

  func run(on world: Communicator) throws -> Int32 {
    let console = Console(world)
    let model = try SavedModel(path, overrides: overrides, on: world, warn: console.note)
    let selected = try model.metrics(
      metrics.split(separator: ",").map(String.init), on: on.value,
      searchFolders: data.searchFolders, on: world, announce: console.note)
    console.print(selected)
    try console.save(selected.map { ($0.name, .number($0.value)) }, to: json, on: world)
    return 0
  }
}
