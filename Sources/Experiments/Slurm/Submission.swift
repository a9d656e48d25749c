import DataParallel
import Datasets
import Foundation
public import MPI
import Models
import Training

/// Gives training to Slurm.
public enum Submission {
  /// Sees whether a run could be trained, as far as that is known before it starts.
  ///
  /// - Parameters:
  ///   - configuration: The run's settings.
  ///   - options: Its folder and data folders.
  ///   - ranks: On how many ranks it shall be trained.
  ///   - world: The ranks of this process; all must call this.
  /// - Throws: What is wrong with configuration, data, number of ranks or folder.
  public static func check(
    _ configuration: ResolvedConfiguration, _ options: RunOptions, ranks: Int,
    on world: Communicator
  ) throws {
    let run = configuration.run
    let extent = try DatasetExtent(of: run.data, searchFolders: options.searchFolders)
    let plan = try BatchPlan(
      samples: extent.training, batch: run.training.batch, shards: run.reduction.shards)
    _ = try ShardOwnership(shards: plan.shards, ranks: ranks)
    _ = try run.model.model(height: extent.height, width: extent.width)
    _ = try TrainingRun.checkFolder(configuration, options, on: world)
  }

  /// Sees whether a sweep could be begun, as far as that is known before it starts.
  ///
  /// - Parameters:
  ///   - definition: The sweep.
  ///   - options: Its folder and data folders.
  ///   - ranks: How many ranks each task will have.
  ///   - world: The ranks of this process; all must call this.
  /// - Throws: What is wrong with sweep, data, number of ranks or folder.
  public static func check(
    _ definition: SweepDefinition, _ options: SweepOptions, ranks: Int, on world: Communicator
  ) throws {
    let perTrial = definition.settings.ranksPerTrial
    guard perTrial <= ranks else {
      throw SweepError.tooFewRanks(found: ranks, perTrial: perTrial)
    }
    var planner = SweepPlanner(definition, searchFolders: options.searchFolders)
    try onFirstRank(world) { try planner.check() }
  }

  /// Saves a script in its run's folder and submits it; on one rank.
  ///
  /// - Parameters:
  ///   - script: The job.
  ///   - environment: The variables that the job inherits.
  /// - Returns: The script's path and the job's number.
  /// - Throws: ``SubmissionError``; ``RunFolderError`` where the script cannot be written.
  public static func submit(
    _ script: BatchScript, environment: [String: String]
  ) throws -> (path: String, job: String) {
    guard let sbatch = program("sbatch", in: environment["PATH"] ?? "") else {
      throw SubmissionError.noSlurm
    }
    let folder = RunFolder(script.runFolder)
    try folder.make()
    let path = folder.file(script.scriptName)
    try writeAtomically(script.text, to: path)
    let (status, output, errors) = try run(
      sbatch, ["--parsable", path], environment: withoutLauncher(environment))
    guard status == 0 else {
      let lines = errors.split(separator: "\n").map { $0.replacing("sbatch: error: ", with: "") }
      throw SubmissionError.refused(
        script: path, status: status, reason: lines.joined(separator: "; "))
    }
    // The job's number, and behind a semicolon the cluster's name where there are several.
    let job = output.prefix { $0.isNumber }
    return (path, String(job))
  }

  /// Variables without those by which `mpirun` addresses the ranks of this process: a job that inherits
  /// them takes itself for one of these.
  static func withoutLauncher(_ environment: [String: String]) -> [String: String] {
    let launchers = [
      "SLURM_JOB_END_TIME", "PMIX_", "PMI_", "OMPI_COMM_", "OMPI_MCA_orte_", "OMPI_MCA_ess",
      "OMPI_MCA_pmix",
      "OMPI_MCA_initial_wdir", "OMPI_UNIVERSE_SIZE", "OMPI_FILE_LOCATION", "OMPI_APP_CTX",
      "OMPI_NUM_APP_CTX", "OMPI_FIRST_RANKS", "OMPI_COMMAND", "OMPI_ARGV",
    ]
    return environment.filter { name, _ in !launchers.contains { name.hasPrefix($0) } }
  }

  private static func program(_ name: String, in path: String) -> String? {
    path.split(separator: ":").map { "\($0)/\(name)" }
      .first(where: FileManager.default.isExecutableFile(atPath:))
  }

  private static func run(
    _ program: String, _ arguments: [String], environment: [String: String]
  ) throws -> (status: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // sbatch writes a few lines, which the second pipe holds until the first is read.
    let texts = [output, errors].map {
      String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
    process.waitUntilExit()
    return (process.terminationStatus, texts[0], texts[1])
  }
}
