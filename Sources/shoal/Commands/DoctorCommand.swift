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

  @Option(
    name: .customLong("ranks-for"),
    help:
      "Check nothing: print how many ranks this machine has cores for, and that configuration file shards, and say why on standard error."
  )
  var file: String?

  @Argument(help: "With --ranks-for: settings, as key.path=value.")
  var overrides: [String] = []

  func validate() throws {
    if file == nil, let word = overrides.first {
      throw ValidationError("\(word) goes with --ranks-for.")
    }
  }

  func run(on world: Communicator) throws -> Int32 {
    let console = Console(world)
    if let file {
      let text = try textFromFirstRank(world) { try ResolvedConfiguration.text(of: file) }
      let configuration = try ResolvedConfiguration(text, source: file, overrides: overrides)
      console.warn(configuration.notes)
      let suggestion = SuggestedRanks(AvailableCores(), for: configuration.run)
      console.note(
        "\(suggestion.count) rank\(suggestion.count == 1 ? "" : "s"): \(suggestion.reason)")
      console.print("\(suggestion.count)")
      return 0
    }
    let (lines, isHealthy) = try Doctor.examine(Program.launch, folder: folder, on: world)
    lines.forEach(console.print)
    return isHealthy ? 0 : 78
  }
}
