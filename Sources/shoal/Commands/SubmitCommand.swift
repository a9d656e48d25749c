import ArgumentParser
import Experiments
import Foundation
import MPI

/// Gives training to Slurm.
struct SubmitCommand: WorldCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit", abstract: "Submit training as a Slurm job, or trials as a job array.",
    discussion: "The job goes on by itself after preemption and at its time limit.")

  @OptionGroup var settings: ConfigurationOptions
  @OptionGroup var data: DataOptions

  @OptionGroup var slurm: SlurmOptions

  @Option(
    name: .customLong("array"),
    help:
      "File of trials, each a line of settings key.path=value; every trial is a task of its own.")
  var trials: String?

  @Option(
    name: .customLong("run-dir"),
    help: "The run's folder, or that of all trials; by default runs/NAME-OF-THE-FILE.")
  var runFolder: String?

  @Flag(name: .customLong("dry-run"), help: "Print the script, and do nothing.")
  var isDryRun = false

  func validate() throws {
    if slurm.time == nil { throw ValidationError("Missing expected argument '--time <time>'") }
    if let count = slurm.tasksAtOnce, trials == nil {
      throw ValidationError("--at-once is \(count), expected at least 1, with --array")
    }
  }

  func run(on world: Communicator) throws -> Int32 {
    var script = try slurm.script(settings, data, runFolder: runFolder, on: world)
    script.trials = try trials.map { path in
      try Trials(textFromFirstRank(world) { try Trials.text(of: path) }, path: path)
    }
    try check(script, on: world)
    return try slurm.submit(script, isDryRun: isDryRun, on: world)
  }

  private func check(_ script: BatchScript, on world: Communicator) throws {
    let ranks = script.resources.ranks
    guard let trials = script.trials else {
      let options = RunOptions(folder: script.runFolder, searchFolders: data.searchFolders)
      try Submission.check(try settings.resolve(on: world), options, ranks: ranks, on: world)
      return
    }
    let text = try textFromFirstRank(world) { try ResolvedConfiguration.text(of: settings.file) }
    let configurations = try trials.resolve(
      text, source: settings.file, overrides: settings.overrides)
    for (trial, configuration) in zip(trials.trials, configurations) {
      let options = RunOptions(
        folder: script.folder(of: trial), searchFolders: data.searchFolders)
      try Submission.check(configuration, options, ranks: ranks, on: world)
    }
  }
}
