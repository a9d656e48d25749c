import ArgumentParser
import Experiments
import MPI

/// Shows what is in a checkpoint.
struct InspectCommand: WorldCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what is in a checkpoint, whether it is intact, and a digest of its parameters.")

  @Argument(help: "A run's folder or a checkpoint.")
  var path: String

  func run(on world: Communicator) throws -> Int32 {
    let console = Console(world)
    var isIntact = true
    try onFirstRank(world) {
      let inspection = try Inspection(path, warn: console.note)
      inspection.lines.forEach(console.print)
      isIntact = inspection.isIntact
    }
    return try world.allReduce(Int32(isIntact ? 0 : 65), .maximum)
  }
}
