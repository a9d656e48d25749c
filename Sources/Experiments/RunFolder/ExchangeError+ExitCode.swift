public import Exchange
public import MPI

extension ExchangeError: ExitCoded {
  /// EX_CANTCREAT of `sysexits.h`; `Exchange`, which knows no MPI, cannot say it itself.
  public var exitCode: Int32 { 73 }
}
