public import MPI

/// Why a job cannot be submitted.
public enum SubmissionError: ExitCoded, Equatable, CustomStringConvertible {
  /// There is no `sbatch`.
  case noSlurm
  /// Slurm does not take the job.
  case refused(script: String, status: Int32, reason: String)

  /// The exit code of sysexits: 69, since a service cannot be had.
  public var exitCode: Int32 { 69 }

  /// One line that says what was found and what to do.
  public var description: String {
    switch self {
    case .noSlurm:
      "there is no sbatch in the PATH: submit where Slurm is installed, or see the script with --dry-run"
    case .refused(let script, let status, let reason):
      "\(script): sbatch ended with exit code \(status): \(reason)"
    }
  }
}
