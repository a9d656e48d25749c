/// A Slurm job that trains a configuration to its end, through preemptions and time limits; or, as an
/// array, one trial in each of its tasks, or a sweep whose tasks share the work.
public struct BatchScript: Sendable {
  /// What the job asks Slurm for.
  public struct Resources: Sendable {
    /// The number of nodes.
    public var nodes: Int
    /// The number of ranks on each.
    public var ranksPerNode: Int
    /// After how long Slurm ends the job.
    public var time: JobTime
    /// How many seconds earlier the ranks are told to save; ``defaultLead(_:)`` where there is none.
    public var lead: Int?

    /// Collects them.
    ///
    /// - Parameters:
    ///   - nodes: The number of nodes.
    ///   - ranksPerNode: The number of ranks on each.
    ///   - time: After how long Slurm ends the job.
    ///   - lead: How many seconds earlier the ranks are told to save.
    public init(nodes: Int, ranksPerNode: Int, time: JobTime, lead: Int? = nil) {
      self.nodes = nodes
      self.ranksPerNode = ranksPerNode
      self.time = time
      self.lead = lead
    }

    /// The number of ranks.
    public var ranks: Int { nodes * ranksPerNode }

    /// Two minutes, or a quarter of a time that is short.
    ///
    /// Slurm looks at its clock twice a minute, and so tells the ranks up to half a minute earlier
    /// still.
    ///
    /// - Parameter time: A time limit.
    /// - Returns: Seconds.
    public static func defaultLead(_ time: JobTime) -> Int { min(120, max(1, time.seconds / 4)) }
  }

  /// The `shoal` that runs on the nodes.
  public var program = "shoal"
  /// The configuration file.
  public var file: String
  /// Words `key.path=value` that win over the file.
  public var settings: [String] = []
  /// Folders that may hold original data files.
  public var dataFolders: [String] = []
  /// The run's folder; in an array, the folder of all trials' folders.
  public var runFolder: String
  /// The trials of an array.
  public var trials: Trials?
  /// How many trials may run at once; all where there is no number.
  public var trialsAtOnce: Int?
  /// Of a sweep, the number of tasks that take its trials.
  public var sweepTasks: Int?
  /// What the job asks for.
  public var resources: Resources
  /// What the cluster needs.
  public var site = Site()

  /// Makes a script for a cluster without peculiarities.
  ///
  /// - Parameters:
  ///   - file: The configuration file.
  ///   - runFolder: The run's folder; in an array, the folder of all trials' folders.
  ///   - resources: What the job asks for.
  public init(file: String, runFolder: String, resources: Resources) {
    self.file = file
    self.runFolder = runFolder
    self.resources = resources
  }

  /// The job's name: that of the configuration.
  public var name: String {
    let file = file.split(separator: "/").last ?? "shoal"
    return file.lastIndex(of: ".").map { String(file[..<$0]) } ?? String(file)
  }

  /// The folder of a trial's run.
  ///
  /// - Parameter trial: One of ``trials``.
  /// - Returns: The folder that the script names by the number of the task.
  public func folder(of trial: Trials.Trial) -> String { "\(runFolder)/trial-\(trial.line)" }

  /// The name of the script in ``runFolder``.
  public var scriptName: String {
    sweepTasks != nil ? "sweep.sbatch" : trials == nil ? "train.sbatch" : "sweep-array.sbatch"
  }

  /// The numbers of an array's tasks.
  private var array: String? { trials?.indices ?? sweepTasks.map { "1-\($0)" } }

  /// Where the job writes, in the folder from which it is submitted, with Slurm's letters for its number.
  public var output: String { array == nil ? "\(name)-%j.out" : "\(name)-%A_%a.out" }

  /// The script.
  public var text: String {
    [head, setting, "set -u", BatchScript.endTime, run, BatchScript.requeue]
      .filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private var head: String {
    let subject =
      trials.map { "one line of \($0.path) in each task, with \(file)" }
      ?? (sweepTasks == nil ? file : "the trials of \(file), whose tasks share the work")
    let lead = resources.lead ?? Resources.defaultLead(resources.time)
    var options = [
      "job-name=\(name)", "nodes=\(resources.nodes)", "ntasks-per-node=\(resources.ranksPerNode)",
      "time=\(resources.time.text)", "output=\(output)", "open-mode=append", "requeue",
    ]
    if let array { options.append("array=\(array)" + (trialsAtOnce.map { "%\($0)" } ?? "")) }
    options += [("partition", site.partition), ("account", site.account), ("qos", site.qos)]
      .compactMap { name, value in value.map { "\(name)=\($0)" } }
    let lines =
      [
        "#!/bin/bash",
        "# Trains \(subject).",
        "# Stopped early, by preemption or by its time limit, the job is queued again and goes on where",
        "# it was. Written by shoal \(sweepTasks == nil ? "submit" : "sweep").",
      ] + options.map { "#SBATCH --\($0)" } + [
        "# So many seconds before the time limit, to the ranks, which save and leave with exit code 75.",
        "#SBATCH --signal=USR1@\(lead)",
      ]
    return (lines + site.lines.filter(\.isBatchOption)).joined(separator: "\n")
  }

  /// What is set up before the ranks start.
  ///
  /// A cluster's own commands may use variables that nobody has set, so the shell lets them.
  private var setting: String {
    let threads = "\"${SLURM_CPUS_PER_TASK:-1}\""
    var lines = site.lines.filter { !$0.isBatchOption }
    lines += site.modules.map { "module load \(shellWord($0)) || exit" }
    lines += [
      "# A thread for each processor of a rank; srun does not take their number over by itself.",
      "export OMP_NUM_THREADS=\(threads) SRUN_CPUS_PER_TASK=\(threads)",
      "# A rank that dies alone takes the others down in a minute; one that has saved, and leaves with 75",
      "# a moment before them, does not.",
      "export SLURM_KILL_BAD_EXIT=0 SLURM_WAIT=60",
    ]
    lines += site.environment.map { "export \($0)=\(shellWord($1))" }
    return lines.joined(separator: "\n")
  }

  private var run: String {
    var words = [program, sweepTasks == nil ? "train" : "sweep", file] + settings
    words += dataFolders.flatMap { ["--data-dir", $0] }
    let start = """
      \(site.launcher) \(words.map(shellWord).joined(separator: " ")) \\
        --resume auto --run-dir "$run_folder"
      """
    guard let trials else {
      return "run_folder=\(shellWord(runFolder))\n"
        + BatchScript.watch + "\n\(start) &\nrun=$!"
    }
    return """
      # The trial's settings; a shell splits them at blanks and reads no more into them.
      read -r -a settings < <(sed -n "${SLURM_ARRAY_TASK_ID}p" \(shellWord(trials.path)))
      run_folder=\(shellWord(runFolder))/trial-$SLURM_ARRAY_TASK_ID
      \(BatchScript.watch)
      \(start) "${settings[@]}" &
      run=$!
      """
  }
}

extension String {
  /// Whether a line of a script is read by sbatch.
  fileprivate var isBatchOption: Bool { hasPrefix("#SBATCH") }
}
