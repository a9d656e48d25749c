import ArgumentParser
import Experiments
import MPI

/// Looks at the machine and the launch.
struct DoctorCommand: WorldCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check MPI, ranks, binding, BLAS, processor features and the file system.")

  @Option(name: .customLong("run-dir"), help: "The folder to write a test file to.")
  var folder = "."

  func run(on world: Communicator) throws -> Int32 {
    let (lines, isHealthy) = try Doctor.examine(Program.launch, folder: folder, on: world)
    let console = Console(world)
    lines.forEach(console.print)
    return isHealthy ? 0 : 78
  }
}
