/// What the environment says of how this process was launched.
///
/// MPI itself cannot tell: a process that a launcher started without MPI's knowledge takes itself
/// for the only one, and ten of them write the same run folder.
public struct LaunchEnvironment: Sendable {
  /// Who started the processes.
  public enum Launcher: String, Sendable {
    /// `mpirun` or `mpiexec` of Open MPI.
    case mpirun
    /// Slurm's own launcher.
    case srun
    /// Another program that speaks PMI, such as MPICH's `mpiexec`.
    case other = "the launcher"
  }

  /// Who started this process, where it was not started by itself.
  public let launcher: Launcher?
  /// How many processes were started together.
  public let processes: Int
  /// This one's number among them.
  public let number: Int
  /// Tasks of the Slurm job that this process runs in, where it was not started by `srun`.
  public let jobTasks: Int?
  /// Whether the launcher lets the other processes live when one dies.
  public let toleratesLosses: Bool
  private let hasPMIx: Bool
  private let isTrusted: Bool

  /// Reads an environment.
  ///
  /// - Parameter variables: The environment.
  public init(_ variables: [String: String]) {
    func number(_ name: String) -> Int? { variables[name].flatMap { Int($0) } }
    hasPMIx = variables["PMIX_RANK"] != nil
    isTrusted = variables["SHOAL_TRUST_LAUNCHER"] == "1"
    // `mpirun` within a Slurm job starts its daemons by srun, whose variables the ranks inherit.
    if let processes = number("OMPI_COMM_WORLD_SIZE") {
      launcher = .mpirun
      self.processes = processes
      self.number = orFirst(number("OMPI_COMM_WORLD_RANK"))
    } else if variables["SLURM_STEP_ID"] != nil, let processes = number("SLURM_STEP_NUM_TASKS") {
      launcher = .srun
      self.processes = processes
      self.number = orFirst(number("SLURM_PROCID"))
    } else if let processes = number("PMI_SIZE") {
      launcher = .other
      self.processes = processes
      self.number = orFirst(number("PMI_RANK"))
    } else {
      launcher = nil
      processes = 1
      self.number = 0
    }
    toleratesLosses =
      launcher == .mpirun && ["1", "true"].contains(variables["OMPI_MCA_orte_enable_recovery"])
    jobTasks = launcher == nil ? number("SLURM_NTASKS") : nil
  }

  /// What is wrong before MPI has started, where starting it would only end in its own words.
  public var problemBeforeMPI: String? {
    guard launcher == .srun, !hasPMIx, !isTrusted else { return nil }
    let what =
      processes == 1
      ? "a process that MPI knows nothing of and refuses to be started in"
      : "\(processes) processes that MPI knows nothing of, so that each would be a run of its own"
    return
      "srun started \(what): use srun --mpi=pmix, or mpirun; SHOAL_TRUST_LAUNCHER=1 tries it all the same, "
      + "as for an Open MPI that was built for PMI2"
  }

  /// What is wrong with the number of ranks.
  ///
  /// - Parameter ranks: The ranks that MPI knows.
  /// - Returns: What happened and what to do; `nil` where all is well.
  public func problem(ranks: Int) -> String? {
    guard let launcher, ranks == 1, processes > 1, !isTrusted else { return nil }
    let remedy =
      switch launcher {
      case .mpirun: "use the mpirun of the Open MPI that shoal is linked with (ldd shows it)"
      case .srun: "use srun --mpi=pmix, or mpirun"
      case .other: "shoal is linked with Open MPI: use its mpirun, or srun --mpi=pmix"
      }
    return "\(launcher.rawValue) started \(processes) processes but MPI sees \(ranks) rank"
      + "\(ranks == 1 ? "" : "s"), so that each would be a run of its own: \(remedy)"
  }

  /// What is probably not meant, though it works.
  ///
  /// - Parameter ranks: The ranks that MPI knows.
  /// - Returns: What happened and what to do.
  public func warning(ranks: Int) -> String? {
    guard let jobTasks, jobTasks > 1, ranks == 1 else { return nil }
    return
      "this job has \(jobTasks) tasks but runs on one rank: start with srun --mpi=pmix or mpirun to "
      + "use them"
  }
}

/// A process whose launcher gives it no number counts as the first, so that somebody speaks.
private func orFirst(_ number: Int?) -> Int { number ?? 0 }
