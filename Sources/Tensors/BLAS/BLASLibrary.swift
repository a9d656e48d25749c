internal import COpenBLAS

/// What the linked BLAS is and how it works.
public enum BLASLibrary {
  /// The kernel family that OpenBLAS chose for this processor, as in `SkylakeX`.
  ///
  /// Products are the same to the bit only where this is: ranks compare theirs at the start, and
  /// `OPENBLAS_CORETYPE` pins it.
  public static var core: String { String(cString: openblas_get_corename()) }

  /// The library's version and build options.
  public static var version: String { String(cString: openblas_get_config()) }

  /// The number of threads of this rank's products.
  public static var threads: Int {
    get { Int(openblas_get_num_threads()) }
    set { openblas_set_num_threads(Int32(newValue)) }
  }
}
