public import MPI

/// Why runs cannot be set side by side.
public enum ComparisonError: ExitCoded, Equatable, CustomStringConvertible {
  /// A folder holds no run.
  case noRun(path: String)
  /// A run has not come to its first validation.
  case noResults(path: String, lookedFor: [String])

  /// EX_NOINPUT of `sysexits.h`.
  public var exitCode: Int32 { 66 }

  /// One line that names the path.
  public var description: String {
    switch self {
    case .noRun(let path): "\(path): there is no such file, so this is not the folder of a run"
    case .noResults(let path, let files):
      "\(path) has no results yet: expected \(files[0]), or a validation in \(files[1])"
    }
  }
}
