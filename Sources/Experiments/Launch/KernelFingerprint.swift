import Digests
import Tensors

/// A digest of what this process computes from fixed numbers: equal bits, not equal names of
/// kernels.
///
/// A kernel's name does not vouch for its bits: OpenBLAS chooses block sizes by the processor's
/// caches since version 0.3.34 (issue 6021). The number of threads is part of it, since in both
/// libraries the products of some shapes depend on it.
struct KernelFingerprint: Equatable {
  /// Sixteen hexadecimal digits.
  let text: String

  /// That of the libraries and kernels in use.
  static var current: KernelFingerprint {
    let digest = SHA256()
    withUnsafeBytes(of: Int64(OpenBLAS.threads).littleEndian) { digest.update($0) }
    // A sum longer than any kernel's block, with rows for several threads; and a single row.
    for (m, n, k) in [(256, 256, 700), (1, 256, 700)] {
      let a = Numbers(rows: m, columns: k)
      let b = Numbers(rows: n, columns: k)
      let product = Numbers(rows: m, columns: n)
      multiply(a.matrix, b.matrix.transposed, into: product.matrix)
      // The vector kernels: exponentials and divisions, whose sums may be fused or not.
      product.matrix.swish(into: product.matrix)
      digest.update(UnsafeRawBufferPointer(product.matrix.elements))
    }
    if Convolution.fault == nil { convolve(into: digest) }
    return KernelFingerprint(text: String(digest.finalize().prefix(16)))
  }

  private static func convolve(into digest: borrowing SHA256) {
    let shape = Convolution.probe
    let convolution = Convolution(shape)
    convolution.kernel.elements.fill()
    convolution.kernelChanged()
    let x = Numbers(rows: 2, columns: shape.height * shape.width * shape.inputs)
    let y = Numbers(rows: 2, columns: shape.outputHeight * shape.outputWidth * shape.outputs)
    let bias = Numbers(rows: 1, columns: shape.outputs)
    let gradient = AlignedBuffer<Float>(count: convolution.kernel.elements.count, repeating: 0)
    convolution.forward(x.matrix, bias: bias.matrix.elements, into: y.matrix)
    convolution.backwardKernel(
      y.matrix, input: x.matrix, into: gradient.elements, bias: bias.matrix.elements)
    convolution.backwardData(y.matrix, into: x.matrix)
    for elements in [y.matrix.elements, gradient.elements, x.matrix.elements] {
      digest.update(UnsafeRawBufferPointer(elements))
    }
  }

  /// A matrix of fixed numbers.
  private struct Numbers {
    let buffer: AlignedBuffer<Float>
    let matrix: Matrix

    init(rows: Int, columns: Int) {
      buffer = AlignedBuffer(count: rows * columns, repeating: 0)
      buffer.elements.fill()
      matrix = Matrix(buffer.elements, rows: rows, columns: columns)
    }
  }
}

extension UnsafeMutableBufferPointer<Float> {
  /// Writes numbers from −1 to 1 without a pattern.
  fileprivate func fill() {
    var state: UInt32 = 1
    for i in indices {
      state = state &* 1_664_525 &+ 1_013_904_223
      self[i] = Float(Int32(bitPattern: state)) * 0x1p-31
    }
  }
}
