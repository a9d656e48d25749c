import ArgumentParser
import Experiments
import Foundation
import MPI

/// Trains the trials of a sweep.
struct SweepCommand: WorldCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep", abstract: "Train all trials of a sweep, or go on with them.",
    discussion: """
      Under mpirun or srun, groups of ranks take trials one after another; several launches with the same \
      --run-dir share the work.
      """)

  @OptionGroup var settings: ConfigurationOptions
  @OptionGroup var data: DataOptions

  @Option(
    name: .customLong("run-dir"), help: "The sweep's folder; by default runs/NAME-OF-THE-FILE.")
  var runFolder: String?

  @Option(help: "auto: go on with what is there; never.")
  var resume = Resume.auto

  @OptionGroup var runTime: RunTimeOptions

  @Flag(name: .customLong("dry-run"), help: "List the trials and the time they will take.")
  var isDryRun = false

  @Flag(name: .customLong("quiet"), help: "Show no progress.")
  var isQuiet = false

  /// How a folder that holds a sweep is treated.
  enum Resume: String, ExpressibleByArgument, CaseIterable {
    case auto
    case never
  }

  func run(on world: Communicator) throws -> Int32 {
    let file = try SweepFile.read(settings.file, on: world)
    let definition = try SweepDefinition(file, overrides: settings.overrides)
    let console = Console(world)
    for warning in try LaunchCheck.examine(Program.launch, on: world) {
      console.note("warning: \(warning)")
    }
    let options = try options(definition)
    let terminal = TerminalDetection()
    let progress = Console(world, isQuiet: isQuiet)
    let display = SweepDisplay(
      folder: options.folder, isLive: terminal.isTerminal && !isQuiet,
      width: { terminal.width }, output: progress.write)
    StopSignal.watch()
    let sweep = try SweepRun(definition, options, on: world, display: display)
    switch try sweep.run(hasSignal: { StopSignal.hasArrived }) {
    case .finished(let lines):
      lines.forEach(console.print)
      console.print("page                  \(options.folder)/sweep.html")
      return 0
    case .stopped:
      console.note("shoal: stopped early; the same command goes on with the sweep")
      return 75
    }
  }

  private func options(_ definition: SweepDefinition) throws -> SweepOptions {
    var options = SweepOptions(folder: runFolder ?? "runs/\(definition.name)")
    options.resumes = resume == .auto
    options.searchFolders = data.searchFolders
    options.timeLimit = try runTime.limit()
    options.toleratesLosses = Program.launch.toleratesLosses
    options.stallTimeout = try runTime.stallTimeout(survivesLosses: options.toleratesLosses)
    let variables = ProcessInfo.processInfo.environment
    if let job = variables["SLURM_ARRAY_JOB_ID"] ?? variables["SLURM_JOB_ID"] {
      let task = variables["SLURM_ARRAY_TASK_ID"].map { "_\($0)" } ?? ""
      let restarts = variables["SLURM_RESTART_COUNT"].flatMap { Int($0) } ?? 0
      options.job = (job + task, restarts)
    }
    return options
  }
}
