import Foundation
import Tensors

/// What every process does before it computes.
public enum ProcessSetup {
  /// Sets the number of threads and how denormal numbers are treated.
  ///
  /// - Parameter threads: Threads of this rank's matrix products and convolutions. More than one rank a core is
  ///   several times slower than one.
  public static func prepare(threads: Int) {
    flushDenormals()
    // Files are never changed in place, and many clusters' file systems do not have locks.
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0)
    ProductLibrary.setThreads(max(1, threads))
  }
}
