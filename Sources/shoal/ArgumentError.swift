import Experiments
import MPI

/// A time on the command line that is none.
struct ArgumentError: ExitCoded, CustomStringConvertible {
  let option: String
  let found: String
  /// EX_USAGE.
  var exitCode: Int32 { 64 }

  var description: String {
    "\(option): found '\(found)', expected \(JobTime.forms), or seconds as in 90s"
  }
}
