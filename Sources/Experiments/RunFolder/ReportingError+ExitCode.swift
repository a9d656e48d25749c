public import MPI
public import Reporting

extension ReportingError: ExitCoded {
  /// EX_CANTCREAT of `sysexits.h`; `Reporting`, which knows no MPI, cannot say it itself.
  public var exitCode: Int32 { 73 }
}
