import ArgumentParser
import Experiments
import MPI

/// Evaluates a trained model.
struct EvaluateCommand: WorldCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Evaluate a trained model on its validation data.")

  @Argument(help: "A run's folder or a checkpoint.")
  var path: String

  @Argument(help: "Changed settings, as key.path=value.")
  var overrides: [String] = []

  @OptionGroup var data: DataOptions

  @Option(help: "Names of the metrics wanted, separated by commas; all by default.")
  var metrics = ""

  @Option(help: "Write the metrics to this file too.")
  var json: String?

  func run(on world: Communicator) throws -> Int32 {
    let console = Console(world)
    let model = try SavedModel(path, overrides: overrides, on: world, warn: console.note)
    let all = try model.evaluate(
      searchFolders: data.searchFolders, on: world, announce: console.note)
    let names = metrics.split(separator: ",").map(String.init)
    let selected = try SavedModel.select(all, names)
    console.print(selected)
    try console.save(selected.map { ($0.name, .number($0.value)) }, to: json, on: world)
    return 0
  }
}
