internal import CKernels

/// A convolution with a kernel of 3 of a map whose positions are repeated twice in both directions.
///
/// Where repeated positions stand side by side, the kernel's rows that read them can be added
/// before: an output sees four positions of the small map instead of nine of the large one, which
/// is never made. Together that is the transpose of a convolution C of kernel 4, stride 2 and
/// padding 1 from the large map to the small one; along one direction C's kernel is
/// (k₂, k₁ + k₂, k₀ + k₁, k₀). The gradient of C by its input is forward here, and C the gradient.
final class UpsamplingConvolution: ConvolutionMethod {
  private let shape: Convolution.Shape
  private let transpose: DirectConvolution
  /// C's kernel on its way to C, or its gradient on its way back.
  private let folded: AlignedBuffer<Float>

  init(_ shape: Convolution.Shape, batch: Int) {
    self.shape = shape
    transpose = DirectConvolution(
      Convolution.Shape(
        inputs: shape.outputs, outputs: shape.inputs, height: shape.outputHeight,
        width: shape.outputWidth, kernel: 4, stride: 2, padding: 1), batch: batch, hasBias: false)
    folded = AlignedBuffer(count: 16 * shape.inputs * shape.outputs, repeating: 0)
  }

  func setKernel(_ kernel: AlignedBuffer<Float>) {
    shoal_fold_kernel(
      shape.outputs, shape.inputs, kernel.elements.baseAddress, folded.elements.baseAddress)
    transpose.setKernel(folded)
  }

  func forward(_ x: Matrix, bias: UnsafeMutableBufferPointer<Float>, into y: Matrix) {
    transpose.backwardData(x, into: y)
    y.withRows(of: shape.outputs).addToEachRow(bias)
  }

  func backwardData(_ yGradient: Matrix, into xGradient: Matrix) {
    transpose.forward(yGradient, bias: nil, into: xGradient)
  }

  func backwardKernel(
    _ yGradient: Matrix, input x: Matrix, into kernelGradient: UnsafeMutableBufferPointer<Float>
  ) {
    transpose.backwardKernel(x, input: yGradient, into: folded.elements)
    shoal_fold_kernel_backward(
      shape.outputs, shape.inputs, folded.elements.baseAddress, kernelGradient.baseAddress)
  }
}
