public import MPI
public import Tensors

/// Why nothing can be computed, or not alike on all ranks.
public enum KernelError: ExitCoded, Equatable, CustomStringConvertible {
  /// No library that may be used makes right products.
  case noLibrary(
    faults: [String], choice: KernelsConfiguration.Products, coreVariable: String?)
  /// Ranks give different bits.
  case ranksDiffer(first: String, rank: Int, found: String)

  /// 78 where another setting may help, else 70.
  public var exitCode: Int32 {
    if case .noLibrary(_, .auto, nil) = self { 70 } else { 78 }
  }

  /// One line that says what was found and what to do.
  public var description: String {
    switch self {
    case .noLibrary(let faults, let choice, let coreVariable):
      faults.joined(separator: "; ")
        + (coreVariable.map { ": unset OPENBLAS_CORETYPE=\($0)" }
          ?? (choice == .auto
            ? ": no library is left to make products with"
            : ": kernels.products=auto tries another"))
    case .ranksDiffer(let first, let rank, let found):
      "rank 0 computes with \(first) but rank \(rank) with \(found), which gives other bits, so results "
        + "would depend on who has which data: the same libraries on every rank, or reduction.mode=fast"
    }
  }
}
