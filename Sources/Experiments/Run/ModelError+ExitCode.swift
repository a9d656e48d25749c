public import MPI
public import Models

extension ModelError: ExitCoded {
  /// The exit code of sysexits for a configuration that cannot be used.
  public var exitCode: Int32 { 78 }
}
