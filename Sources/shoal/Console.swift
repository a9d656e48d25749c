import ArgumentParser
import Experiments
import Foundation
import MPI

/// Where rank 0 prints; other ranks stay silent.
struct Console {
  private let isSpeaking: Bool
  /// Whether standard output has refused a text, after which it gets none.
  nonisolated(unsafe) private(set) static var isDeaf = false

  init(_ world: Communicator, isQuiet: Bool = false) {
    isSpeaking = world.rank == 0 && !isQuiet
  }

  /// Prints a text as it is.
  func write(_ text: String) {
    guard isSpeaking, !Console.isDeaf, !writeText(text, to: STDOUT_FILENO) else { return }
    let reason = String(cString: strerror(errno))
    Console.isDeaf = true
    note("warning: standard output cannot be written: \(reason)")
  }

  /// Prints a line of results.
  func print(_ line: String) { write(line.printable() + "\n") }

  /// Prints a warning or a note about what goes on.
  func note(_ line: String) {
    if isSpeaking { writeText(line.printable() + "\n", to: STDERR_FILENO) }
  }

  /// Prints warnings.
  func warn(_ notes: [String]) { for text in notes { note("warning: \(text)") } }

  /// Prints metrics, one a line.
  func print(_ metrics: [(name: String, value: Double)]) {
    let width = max(28, (metrics.map(\.name.count).max() ?? 0) + 2)
    for (name, value) in metrics {
      let name = name.padding(toLength: width, withPad: " ", startingAt: 0)
      print(name + String(format: "%.6g", value))
    }
  }

  /// Prints values by name, and writes them as JSON where a file is given.
  func report(_ fields: [(String, MetricValue)], json path: String?, on world: Communicator) throws
  {
    let width = max(30, (fields.map(\.0.count).max() ?? 0) + 2)
    for (name, value) in fields {
      print(name.padding(toLength: width, withPad: " ", startingAt: 0) + value.json())
    }
    try save(fields, to: path, on: world)
  }

  /// Writes values by name as JSON, where a file is given.
  func save(_ fields: [(String, MetricValue)], to path: String?, on world: Communicator) throws {
    guard let path else { return }
    try onFirstRank(world) {
      try writeAtomically(MetricValue.object(fields).json(indented: true) + "\n", to: path)
    }
  }
}

/// Options of the commands that need data.
struct DataOptions: ParsableArguments {
  @Option(
    name: .customLong("data-dir"),
    help:
      "Folder with data sets in subfolders mnist, fashion-mnist, vanhateren, cifar10; $SHOAL_DATA is another."
  )
  var folders: [String] = []

  /// Folders that may hold original data files.
  var searchFolders: [String] {
    folders + [ProcessInfo.processInfo.environment["SHOAL_DATA"]].compactMap { $0 }
  }
}

/// A configuration file and what the command line changes in it.
struct ConfigurationOptions: ParsableArguments {
  @Argument(help: "Configuration file (YAML).")
  var file: String

  @Argument(help: "Settings that win over the file, as key.path=value.")
  var overrides: [String] = []

  /// Reads the file on rank 0 and completes the configuration on every rank.
  func resolve(on world: Communicator) throws -> ResolvedConfiguration {
    let text = try textFromFirstRank(world) { try ResolvedConfiguration.text(of: file) }
    let configuration = try ResolvedConfiguration(text, source: file, overrides: overrides)
    Console(world).warn(configuration.notes)
    return configuration
  }
}
