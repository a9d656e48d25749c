import ArgumentParser
import Experiments
import Foundation
import MPI

/// The program: arguments in, exit code out.
@main
enum Program {
  static func main() {
    // Else the next file or socket that is opened has the number of a closed stream, and gets its
    // texts.
    while true {
      let descriptor = open("/dev/null", O_RDWR)
      if descriptor > STDERR_FILENO { close(descriptor) }
      if descriptor < 0 || descriptor > STDERR_FILENO { break }
    }
    let environment = ProcessInfo.processInfo.environment
    if let problem = launch.problemBeforeMPI { exit(refuse(problem)) }
    let threads = environment["OPENBLAS_NUM_THREADS"] ?? environment["OMP_NUM_THREADS"]
    ProcessSetup.prepare(threads: threads.flatMap { Int($0) } ?? 1)
    exit(
      withMPI { world in
        if let problem = launch.problem(ranks: world.size) { return refuse(problem) }
        return try run(
          CommandLine.arguments.dropFirst(), on: try world.watched(timeout: .zero))
      })
  }

  /// How this process was launched.
  static let launch = LaunchEnvironment(ProcessInfo.processInfo.environment)

  /// The Slurm job or array task that this process is of, and how often it was begun again.
  static var job: (name: String, restarts: Int)? {
    let variables = ProcessInfo.processInfo.environment
    guard let job = variables["SLURM_ARRAY_JOB_ID"] ?? variables["SLURM_JOB_ID"] else { return nil }
    let task = variables["SLURM_ARRAY_TASK_ID"].map { "_\($0)" } ?? ""
    return (job + task, variables["SLURM_RESTART_COUNT"].flatMap { Int($0) } ?? 0)
  }

  /// Says what is wrong with the launch, once: each process takes itself for rank 0.
  private static func refuse(_ problem: String) -> Int32 {
    if launch.number == 0 {
      writeText("shoal: \(problem.printable())\n", to: STDERR_FILENO)
    }
    return LaunchError.exitCode
  }

  private static func run(_ arguments: ArraySlice<String>, on world: Communicator) throws -> Int32 {
    try checkPaths(arguments)
    let command: any ParsableCommand
    do {
      command = try Shoal.parseAsRoot(Array(arguments))
    } catch {
      return report(error, on: world)
    }
    if let command = command as? any WorldCommand {
      let code = try command.run(on: world)
      // What a run has to say is in its folder; others have nothing but their output.
      let isLost = Console.isDeaf && !(command is TrainCommand || command is SweepCommand)
      return code == 0 && isLost ? 74 : code
    }
    do {
      var command = command
      try command.run()
      return 0
    } catch {
      return report(error, on: world)
    }
  }

  /// Refuses words and variables in which a shell has left `~` or `$NAME` as they are.
  ///
  /// Settings are not looked at: the configuration knows which of them are paths.
  private static func checkPaths(_ arguments: ArraySlice<String>) throws(ArgumentError) {
    let variables = ProcessInfo.processInfo.environment
    let named = ["SHOAL_DATA", "SHOAL_SITE"].map { (name: $0, path: variables[$0] ?? "") }
    let words = arguments.map { word in
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      if word.hasPrefix("--"), parts.count == 2 { return (name: parts[0], path: parts[1]) }
      return (name: "command line", path: parts.count == 2 ? "" : word)
    }
    guard let odd = (words + named).first(where: { PathText.isUnexpanded($0.path) }) else { return }
    throw ArgumentError(option: odd.name, found: odd.path, expected: PathText.expected)
  }

  /// Prints what the argument parser has to say, once.
  private static func report(_ error: any Error, on world: Communicator) -> Int32 {
    let code = Shoal.exitCode(for: error).rawValue
    if world.rank == 0 {
      let message = Shoal.fullMessage(for: error)
      writeText(
        message.printable(keepsLineBreaks: true) + "\n",
        to: code == 0 ? STDOUT_FILENO : STDERR_FILENO)
    }
    return code
  }
}

/// How long ranks that train wait for one that does not come, where the command line says nothing
/// of it; other commands wait for ever.
let defaultStallTimeout = Duration.seconds(600)

/// A subcommand that runs on all ranks.
protocol WorldCommand: ParsableCommand {
  /// Runs the command; every rank calls this.
  ///
  /// - Returns: The exit code.
  func run(on world: Communicator) throws -> Int32
}

/// The command of which all others are parts.
struct Shoal: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shoal",
    abstract: "Trains brain-like variational autoencoders on many ranks.",
    discussion: "Run it alone, or under mpirun or srun on any number of ranks.",
    version: shoalVersion,
    subcommands: [
      TrainCommand.self, SweepCommand.self, WatchCommand.self, SubmitCommand.self,
      EvaluateCommand.self,
      InspectCommand.self, SampleCommand.self, ReportCommand.self, CompareCommand.self,
      ExportCommand.self, DataCommand.self, BenchCommand.self,
      DoctorCommand.self,
    ])
}
