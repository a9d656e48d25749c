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

  @Option(help: "Number of nodes.")
  var nodes = 1

  @Option(name: .customLong("ntasks-per-node"), help: "Number of ranks on each node.")
  var ranksPerNode = 1

  @Option(
    help: "Time limit of the job, as Slurm writes it: 90, 12:00:00, 2-0.",
    transform: { word in
      guard let time = JobTime(word) else { throw ValidationError("expected \(JobTime.forms)") }
      return time
    })
  var time: JobTime

  @Option(
    name: .customLong("array"),
    help:
      "File of trials, each a line of settings key.path=value; every trial is a task of its own.")
  var trials: String?

  @Option(name: .customLong("at-once"), help: "How many trials may run at once; by default all.")
  var trialsAtOnce: Int?

  @Option(
    name: .customLong("run-dir"),
    help: "The run's folder, or that of all trials; by default runs/NAME-OF-THE-FILE.")
  var runFolder: String?

  @Option(help: "Seconds before the time limit at which the run saves; by default 120, or less.")
  var lead: Int?

  @Option(
    name: .customLong("site"),
    help: "File (YAML) with what the cluster needs: partition, account, …; $SHOAL_SITE is another.")
  var siteFile: String?

  @Option(help: "The shoal to run on the nodes; by default this one.")
  var program: String?

  @Flag(name: .customLong("dry-run"), help: "Print the script, and do nothing.")
  var isDryRun = false

  func validate() throws {
    for (name, value) in [("nodes", nodes), ("ntasks-per-node", ranksPerNode)]
    where !(1...1_000_000).contains(value) {
      throw ValidationError("--\(name) is \(value), expected at least 1")
    }
    if let lead, !(1..<min(time.seconds, 65_536)).contains(lead) {
      throw ValidationError("--lead is \(lead), expected from 1 to less than the time limit")
    }
    if let trialsAtOnce, trialsAtOnce < 1 || trials == nil {
      throw ValidationError("--at-once is \(trialsAtOnce), expected at least 1, with --array")
    }
  }

  func run(on world: Communicator) throws -> Int32 {
    let script = try script(on: world)
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

  /// Checks everything and makes the script.
  private func script(on world: Communicator) throws -> BatchScript {
    var script = BatchScript(
      file: settings.file, runFolder: "",
      resources: .init(nodes: nodes, ranksPerNode: ranksPerNode, time: time, lead: lead))
    script.runFolder = runFolder ?? "runs/\(script.name)"
    script.program = program ?? Bundle.main.executablePath ?? CommandLine.arguments[0]
    script.settings = settings.overrides
    script.dataFolders = data.folders
    script.trialsAtOnce = trialsAtOnce
    if let path = siteFile ?? ProcessInfo.processInfo.environment["SHOAL_SITE"] {
      script.site = try Site(
        textFromFirstRank(world) { try Site.text(of: path) }, source: path)
    }
    script.trials = try trials.map { path in
      try Trials(textFromFirstRank(world) { try Trials.text(of: path) }, path: path)
    }
    try check(script, on: world)
    return script
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
