import ArgumentParser
import Experiments
import Files
import Foundation
import MPI

/// What a job asks Slurm for.
struct SlurmOptions: ParsableArguments {
  @Option(help: "Number of nodes.")
  var nodes = 1

  @Option(name: .customLong("ntasks-per-node"), help: "Number of ranks on each node.")
  var ranksPerNode: Int?

  @Option(
    help: "Time limit of the job, as Slurm writes it: 90, 12:00:00, 2-0.",
    transform: { word in
      guard let time = JobTime(word) else { throw ValidationError("expected \(JobTime.forms)") }
      return time
    })
  var time: JobTime?

  @Option(help: "Seconds before the time limit at which the run saves; by default 120, or less.")
  var lead: Int?

  @Option(
    name: .customLong("site"),
    help: "File (YAML) with what the cluster needs: partition, account, …; $SHOAL_SITE is another.")
  var siteFile: String?

  @Option(help: "The shoal to run on the nodes; by default this one.")
  var program: String?

  @Option(
    name: .customLong("at-once"),
    help: "How many tasks of an array may run at once; by default all.")
  var tasksAtOnce: Int?

  /// Whether the command line has any of these.
  var isGiven: Bool {
    nodes != 1 || ranksPerNode != nil || time != nil || lead != nil || siteFile != nil
      || program != nil || tasksAtOnce != nil
  }

  func validate() throws {
    for (name, value) in [("nodes", nodes), ("ntasks-per-node", ranksPerNode ?? 1)]
    where !(1...1_000_000).contains(value) {
      throw ValidationError("--\(name) is \(value), expected at least 1")
    }
    if let lead, let time, !(1..<min(time.seconds, 65_536)).contains(lead) {
      throw ValidationError("--lead is \(lead), expected from 1 to less than the time limit")
    }
    if let tasksAtOnce, tasksAtOnce < 1 {
      throw ValidationError("--at-once is \(tasksAtOnce), expected at least 1")
    }
  }

  /// Begins a script.
  ///
  /// - Parameters:
  ///   - settings: The configuration file and what the command line changes in it.
  ///   - data: Where data may lie.
  ///   - ranks: Ranks on each node, where the command line does not say.
  ///   - runFolder: The run's folder, if the command line says.
  ///   - world: The ranks of this process; all must call this.
  /// - Returns: The script of a run, without trials.
  /// - Throws: `ValidationError`; what is wrong with the site's file.
  func script(
    _ settings: ConfigurationOptions, _ data: DataOptions, ranks: Int = 1, runFolder: String?,
    on world: Communicator
  ) throws -> BatchScript {
    guard let time else { throw ValidationError("Missing expected argument '--time <time>'") }
    if Disk.isPipe(settings.file) {
      throw ArgumentError(
        option: "CONFIG", found: settings.file,
        expected: "a file: a pipe is gone when the job reads it")
    }
    var script = BatchScript(
      file: settings.file, runFolder: "",
      resources: .init(
        nodes: nodes, ranksPerNode: ranksPerNode ?? ranks, time: time, lead: lead))
    script.runFolder = runFolder ?? "runs/\(script.name)"
    script.program = program ?? Bundle.main.executablePath ?? CommandLine.arguments[0]
    script.settings = settings.overrides
    script.dataFolders = data.folders
    script.trialsAtOnce = tasksAtOnce
    if let path = siteFile ?? ProcessInfo.processInfo.environment["SHOAL_SITE"] {
      script.site = try Site(
        textFromFirstRank(world) { try Site.text(of: path) }, source: path)
    }
    return script
  }

  /// Saves and submits a script, or prints it.
  func submit(_ script: BatchScript, isDryRun: Bool, on world: Communicator) throws -> Int32 {
    let console = Console(world)
    if isDryRun {
      console.write(script.text)
      return 0
    }
    try onFirstRank(world) {
      let (path, job) = try Submission.submit(script, environment: StartVariables.all)
      let output = script.output.replacing("%j", with: job).replacing("%A", with: job)
      console.print("submitted job \(job): \(path), which writes to \(output)")
    }
    return 0
  }
}
