internal import CKernels
internal import COneDNN
internal import COpenBLAS

/// A library that makes dense products.
///
/// Both accumulate in `Float`, and differ in their last bits. What was measured is in the sign of
/// the room.
public enum ProductLibrary: String, Sendable, CaseIterable {
  /// oneDNN, which makes the convolutions too; chooses kernels by the processor's instructions.
  case onednn
  /// OpenBLAS, which chooses kernels by the processor's model.
  case openblas

  /// The library in use, for the whole process.
  ///
  /// Set before anything is computed and when a run begins, on the main thread, which alone
  /// multiplies.
  nonisolated(unsafe) public static var current = ProductLibrary.onednn

  /// A factor of a product: its elements, and whether they lie transposed.
  typealias Factor = (elements: UnsafePointer<Float>?, isTransposed: Bool)

  /// Writes `scale`·a·b + `keep`·product; where `keep` is 0, what is there does not matter.
  func multiply(
    _ a: Factor, _ b: Factor, into product: UnsafeMutablePointer<Float>?,
    _ size: (m: Int, n: Int, k: Int), scale: Float,
    keep: Float
  ) {
    let aStride = max(1, a.isTransposed ? size.m : size.k)
    let bStride = max(1, b.isTransposed ? size.k : size.n)
    switch self {
    case .onednn:
      let status = shoal_onednn_product(
        a.isTransposed ? 1 : 0, b.isTransposed ? 1 : 0, size.m, size.n, size.k, scale, a.elements,
        aStride, b.elements, bStride, keep, product, max(1, size.n))
      // Arguments are right, so what is left is a lack of memory, at which every other allocation
      // traps too.
      precondition(status == 0, "\(OneDNN.version) failed with status \(status)")
    case .openblas:
      cblas_sgemm(
        CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
        b.isTransposed ? CblasTrans : CblasNoTrans, Int32(size.m), Int32(size.n), Int32(size.k),
        scale, a.elements, Int32(aStride), b.elements, Int32(bStride), keep, product,
        Int32(max(1, size.n)))
    }
  }
}
