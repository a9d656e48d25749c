import DataParallel
import MPI
import Tensors

/// What a rank's numbers are computed with; runs have the same bits only where this is the same.
enum Kernels {
  /// Kernels of BLAS and oneDNN, instruction set and threads of this rank.
  static var own: String {
    "\(BLASLibrary.core), \(Convolution.library), \(vectorInstructionSet), "
      + "\(BLASLibrary.threads) thread"
      + (BLASLibrary.threads == 1 ? "" : "s")
  }

  /// Sees whether all ranks compute alike, without which their data would matter to the bits.
  static func compare(on world: Communicator, mode: ReductionMode) throws {
    let all = try world.allGather(own)
    guard mode == .exact, let odd = all.firstIndex(where: { $0 != all[0] }) else { return }
    throw RunError.kernelsDiffer(first: all[0], rank: odd, found: all[odd])
  }
}
