import ArgumentParser
import Experiments
import MPI

/// Commands about data sets.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "List, describe or prepare data sets.",
    subcommands: [DataListCommand.self, DataInfoCommand.self, DataPrepareCommand.self])
}

/// Lists the data sets that are known.
struct DataListCommand: WorldCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the known data sets and where they were found.")

  @OptionGroup var data: DataOptions

  func run(on world: Communicator) throws -> Int32 {
    let console = Console(world)
    if world.rank == 0 { DataReport.list(data.searchFolders).forEach(console.print) }
    return 0
  }
}

/// Describes a prepared file or a data set.
struct DataInfoCommand: WorldCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Describe a data set, or a file of prepared data.")

  @Argument(help: "A data set's name, or a prepared file (.h5).")
  var subject: String

  @OptionGroup var data: DataOptions

  func run(on world: Communicator) throws -> Int32 {
    let console = Console(world)
    try onFirstRank(world) {
      try DataReport.info(subject, searchFolders: data.searchFolders).forEach(console.print)
    }
    return 0
  }
}

/// Prepares a data set on all ranks.
struct DataPrepareCommand: WorldCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare", abstract: "Prepare a run's data on all ranks and write one HDF5 file.")

  @OptionGroup var settings: ConfigurationOptions
  @OptionGroup var data: DataOptions

  @Option(name: .customLong("out"), help: "The file to write; by default where training looks.")
  var output: String?

  func run(on world: Communicator) throws -> Int32 {
    let configuration = try settings.resolve(on: world)
    let lines = try DataReport.prepare(
      configuration.run.data, output: output, searchFolders: data.searchFolders, on: world)
    let console = Console(world)
    lines.forEach(console.print)
    return 0
  }
}
