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

  @Option(
    help: "mpi: here and now, on the ranks of this launch; slurm-array: as tasks of a job array.")
  var backend = Backend.mpi

  @Option(help: "Of slurm-array: the number of tasks.")
  var tasks: Int?

  @OptionGroup(title: "Options of slurm-array") var slurm: SlurmOptions

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

  /// Where trials are trained.
  enum Backend: String, ExpressibleByArgument, CaseIterable {
    case mpi
    case slurmArray = "slurm-array"
  }

  func validate() throws {
    guard backend == .slurmArray else {
      if tasks != nil || slurm.isGiven {
        throw ValidationError(
          "--tasks, --time and what else is for Slurm go with --backend slurm-array")
      }
      return
    }
    if resume == .never || runTime.isGiven {
      throw ValidationError(
        "--resume never, --time-limit and --stall-timeout do not go with --backend slurm-array, whose tasks "
          + "go on by themselves")
    }
    guard let tasks, (1...1_000_000).contains(tasks) else {
      throw ValidationError("--backend slurm-array needs --tasks, at least 1, and --time")
    }
    if slurm.time == nil { throw ValidationError("Missing expected argument '--time <time>'") }
  }

  func run(on world: Communicator) throws -> Int32 {
    let file = try SweepFile.read(settings.file, on: world)
    let definition = try SweepDefinition(file, overrides: settings.overrides)
    if backend == .slurmArray { return try submit(definition, on: world) }
    if isDryRun { return try list(definition, on: world) }
    return try train(definition, on: world)
  }

  /// Submits a job array whose tasks take the trials.
  private func submit(_ definition: SweepDefinition, on world: Communicator) throws -> Int32 {
    var script = try slurm.script(
      settings, data, ranks: definition.ranksPerTrial, runFolder: runFolder, on: world)
    script.sweepTasks = tasks
    try Submission.check(
      definition, options(definition), ranks: script.resources.ranks, on: world)
    return try slurm.submit(script, isDryRun: isDryRun, on: world)
  }

  /// Says what the trials are, and trains none.
  private func list(_ definition: SweepDefinition, on world: Communicator) throws -> Int32 {
    let lines = try SweepForecast(definition, options(definition), on: world).lines
    lines.forEach(Console(world).print)
    return 0
  }

  private func train(_ definition: SweepDefinition, on world: Communicator) throws -> Int32 {
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
    StopSignal.watch(isSilent: world.rank > 0)
    let sweep = try SweepRun(definition, options, on: world, display: display)
    switch try sweep.run(hasSignal: { StopSignal.hasArrived }) {
    case .finished(let lines):
      lines.forEach(console.print)
      console.print("page                  \(options.folder)/sweep.html")
      return 0
    case .stopped:
      console.note("shoal: stopped early; the same command goes on with the sweep")
      return StopSignal.exitCode
    }
  }

  private func options(_ definition: SweepDefinition) throws -> SweepOptions {
    var options = SweepOptions(folder: runFolder ?? "runs/\(definition.name)")
    options.resumes = resume == .auto
    options.searchFolders = data.searchFolders
    options.timeLimit = try runTime.limit()
    options.toleratesLosses = Program.launch.toleratesLosses
    options.stallTimeout = try runTime.stallTimeout(survivesLosses: options.toleratesLosses)
    options.job = Program.job
    return options
  }
}
