import ArgumentParser
import Experiments
import Foundation

/// Options about how long a run may take, and wait.
struct RunTimeOptions: ParsableArguments {
  @Option(
    name: .customLong("time-limit"),
    help:
      "Save and end with exit code 75 before so much time has passed: minutes, h:m:s, days-hours, as for sbatch, or 90s. By default the end of the Slurm job, where $SLURM_JOB_END_TIME says it."
  )
  var timeLimit: String?

  @Option(
    name: .customLong("stall-timeout"),
    help:
      "End the job with exit code 76 when ranks wait so long for one that does not come; 0 for never. By default 10 minutes, or 30 s where the run goes on without lost ranks."
  )
  var stallTimeoutText: String?

  /// Whether the command line has any of these.
  var isGiven: Bool { timeLimit != nil || stallTimeoutText != nil }

  /// The end of the run, by the command line or else by Slurm.
  ///
  /// - Throws: ``ArgumentError``.
  func limit() throws -> TimeLimit? {
    if let timeLimit {
      guard let duration = TimeLimit.duration(timeLimit) else {
        throw ArgumentError(option: "--time-limit", found: timeLimit)
      }
      return TimeLimit(end: .now + duration)
    }
    // A shell may have inherited the end of a job that is long over.
    let end = ProcessInfo.processInfo.environment["SLURM_JOB_END_TIME"].flatMap(Double.init)
    let left = end.map { $0 - Date.now.timeIntervalSince1970 } ?? 0
    return left > 0 ? TimeLimit(end: .now + .seconds(left)) : nil
  }

  /// How long ranks wait for one another.
  ///
  /// - Parameter survivesLosses: Whether ranks that do not come are given up.
  /// - Returns: The time, zero for ever.
  /// - Throws: ``ArgumentError``.
  func stallTimeout(survivesLosses: Bool) throws -> Duration {
    guard let stallTimeoutText else {
      return survivesLosses ? .seconds(30) : defaultStallTimeout
    }
    if stallTimeoutText == "0" { return .zero }
    guard let duration = TimeLimit.duration(stallTimeoutText) else {
      throw ArgumentError(option: "--stall-timeout", found: stallTimeoutText)
    }
    return duration
  }
}
