import ArgumentParser
import Experiments
import Foundation
import MPI

/// Sets runs side by side.
struct CompareCommand: WorldCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Set runs side by side: where their settings differ, and what came out.",
    discussion:
      "Runs that differ in their seeds alone are one group, with the mean and its 99 % interval.")

  @Argument(help: "Folders of two runs or more.")
  var folders: [String]

  @Option(name: .customLong("out"), help: "Write one self-contained page (.html).")
  var page: String?

  @Option(help: "Write the comparison as JSON.")
  var json: String?

  @Option(help: "Write a line a group, for spreadsheets.")
  var csv: String?

  @Option(help: "Write the published tables' format, for the package booktabs.")
  var latex: String?

  func validate() throws {
    guard folders.count > 1 else {
      throw ValidationError("there is nothing to compare: expected the folders of two runs or more")
    }
    var seen: Set<String> = []
    for folder in folders
    where !seen.insert(URL(fileURLWithPath: folder).standardizedFileURL.path).inserted {
      throw ValidationError("\(folder) is given twice")
    }
  }

  func run(on world: Communicator) throws -> Int32 {
    let console = Console(world)
    try onFirstRank(world) {
      let comparison = try RunComparison(folders)
      comparison.lines.forEach(console.print)
      if let page { try writeAtomically(comparison.html, to: page) }
      if let json { try writeAtomically(comparison.json.json(indented: true) + "\n", to: json) }
      if let csv { try writeAtomically(comparison.csv, to: csv) }
      if let latex { try writeAtomically(comparison.latex, to: latex) }
    }
    return 0
  }
}
