import Experiments
import MPI

/// What a word of the command line, or a variable, cannot be.
struct ArgumentError: ExitCoded, CustomStringConvertible {
  let option: String
  let found: String
  /// What it must be; a time, where nothing else is said.
  var expected = "\(JobTime.forms), or seconds as in 90s"
  /// EX_USAGE.
  var exitCode: Int32 { 64 }

  var description: String {
    "\(option): found '\(found)', expected \(expected)"
  }
}
