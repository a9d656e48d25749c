public import Files
public import MPI

extension FileError: ExitCoded {
  /// EX_NOINPUT, EX_CANTCREAT or EX_IOERR of `sysexits.h`; `Files`, which knows no MPI, cannot say
  /// it itself.
  public var exitCode: Int32 {
    switch self {
    case .missing, .notRegular: 66
    case .full: 73
    case .refused: 74
    }
  }
}
