import ArgumentParser
import Experiments
import Foundation
import MPI

/// Trains a model.
struct TrainCommand: WorldCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a model, or go on with its training.")

  @OptionGroup var settings: ConfigurationOptions
  @OptionGroup var data: DataOptions

  @Option(name: .customLong("run-dir"), help: "The run's folder; by default runs/NAME-OF-THE-FILE.")
  var runFolder: String?

  @Option(help: "auto: go on from the newest valid checkpoint; never; or a checkpoint's PATH.")
  var resume = "auto"

  @OptionGroup var runTime: RunTimeOptions

  @Flag(name: .customLong("dry-run"), help: "Say what would be done, and do nothing.")
  var isDryRun = false

  @Flag(name: .customLong("quiet"), help: "Show no progress.")
  var isQuiet = false

  func run(on world: Communicator) throws -> Int32 {
    let configuration = try settings.resolve(on: world)
    var options = RunOptions(
      folder: runFolder ?? "runs/\(ResolvedConfiguration.name(of: settings.file))",
      resume: RunOptions.Resume(resume),
      searchFolders: data.searchFolders, timeLimit: try runTime.limit(),
      toleratesLosses: Program.launch.toleratesLosses)
    options.job = Program.job
    world.watchdog?.timeout = try runTime.stallTimeout(
      survivesLosses: options.toleratesLosses && configuration.run.survivesLosses)
    let console = Console(world)
    if isDryRun {
      let lines = try DryRun.lines(configuration, options, on: world)
      lines.forEach(console.print)
      return 0
    }
    for warning in try LaunchCheck.examine(Program.launch, on: world) {
      console.note("warning: \(warning)")
    }
    let terminal = TerminalDetection()
    let progress = Console(world, isQuiet: isQuiet)
    let display = ProgressDisplay(
      live: terminal.isTerminal, width: { terminal.width }, output: progress.write,
      warningOutput: isQuiet ? { console.note($0) } : nil)
    StopSignal.watch(isSilent: world.rank > 0)
    let run = try TrainingRun(configuration, options, on: world, display: display)
    switch try run.run(hasSignal: { StopSignal.hasArrived }) {
    case .finished(let metrics):
      console.print(metrics)
      console.print("dictionary            \(options.folder)/figures/dictionary.png")
      return 0
    case .stopped(let step, let checkpoint, let reason):
      let cause = reason == .signal ? "by a signal" : "by its time limit"
      console.note(
        "shoal: stopped \(cause) at step \(step); the same command goes on from "
          + (checkpoint ?? "the start"))
      return StopSignal.exitCode
    }
  }
}

extension RunOptions.Resume {
  fileprivate init(_ word: String) {
    switch word {
    case "auto": self = .auto
    case "never": self = .never
    default: self = .from(word)
    }
  }
}
