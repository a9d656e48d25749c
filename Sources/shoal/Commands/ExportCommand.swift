import ArgumentParser
import Experiments
import MPI

/// Writes a model's parameters for other programs.
struct ExportCommand: WorldCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a trained model's parameters to a file for PyTorch or NumPy.")

  @Argument(help: "A run's folder or a checkpoint.")
  var path: String

  @Option(
    name: .customLong("out"), help: "The file to write, a name in .safetensors or .npz.")
  var output: String

  func validate() throws {
    if Export.Format(path: output) == nil {
      throw ValidationError("--out is '\(output)', expected a name in .safetensors or .npz")
    }
  }

  func run(on world: Communicator) throws -> Int32 {
    let console = Console(world)
    try onFirstRank(world) {
      guard let format = Export.Format(path: output) else { return }
      let export = try Export(path, warn: console.note)
      try export.write(to: output, as: format)
      console.print("\(output): \(export.summary)")
    }
    return 0
  }
}
