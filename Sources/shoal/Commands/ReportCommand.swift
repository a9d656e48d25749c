import ArgumentParser
import Experiments
import Foundation
import MPI

/// Writes the page of a run.
struct ReportCommand: WorldCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write report.html, one self-contained page, into a run's folder.",
    discussion:
      "A run writes it on its own; this makes it anew, with what a run under way leaves out.")

  @Argument(help: "A run's folder.")
  var folder: String

  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "Show the page on this port of 127.0.0.1, and again when it changes; 0 takes a free port. Ctrl-C ends.",
      discussion: "A page that is there is not made anew: a run under way does that.",
      valueName: "port"))
  var serve: UInt16?

  func run(on world: Communicator) throws -> Int32 {
    let console = Console(world)
    if let serve, try isThere(on: world) { return try show(on: serve, world) }
    let path = try SavedReport.write(
      folder, searchFolders: data.searchFolders, on: world, announce: console.note)
    console.print(path)
    return try serve.map { try show(on: $0, world) } ?? 0
  }

  private func isThere(on world: Communicator) throws -> Bool {
    try textFromFirstRank(world) {
      FileManager.default.fileExists(atPath: RunFolder(folder).report) ? "yes" : ""
    } == "yes"
  }

  /// Serves on rank 0, for which the others wait.
  private func show(on port: UInt16, _ world: Communicator) throws -> Int32 {
    let console = Console(world)
    try onFirstRank(world) {
      var server = ReportServer(path: RunFolder(folder).report)
      try server.run(port: port) {
        console.print("\($0) shows \(folder); Ctrl-C ends")
      }
    }
    return 0
  }
}
