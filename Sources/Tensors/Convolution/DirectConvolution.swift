internal import CKernels
internal import COneDNN

/// A convolution by oneDNN's operations.
///
/// A class because it owns them.
final class DirectConvolution: ConvolutionMethod {
  private let handle: OpaquePointer
  private let kernels: [KernelLayout?]

  /// Where an operation keeps its kernel, or the gradient.
  private struct KernelLayout {
    let description: shoal_kernel_layout
    let values: UnsafeMutablePointer<Float>

    init?(_ kernel: shoal_convolution_kernel, of shape: Convolution.Shape) {
      guard let values = kernel.values else { return nil }
      self.values = values
      description = shoal_kernel_layout(
        outputs: shape.outputs, inputs: shape.inputs, positions: shape.kernel * shape.kernel,
        output: shoal_blocked_extent(
          block: kernel.output_block, outer: kernel.output_outer, inner: kernel.output_inner),
        input: shoal_blocked_extent(
          block: kernel.input_block, outer: kernel.input_outer, inner: kernel.input_inner),
        position: Int(kernel.position))
    }
  }

  /// Makes the operations.
  ///
  /// - Parameters:
  ///   - shape: What the convolution maps to what.
  ///   - batch: Images of a batch.
  ///   - hasBias: Whether one is added.
  init(_ shape: Convolution.Shape, batch: Int, hasBias: Bool = true) {
    var created: OpaquePointer?
    let status = Self.create(shape, batch: batch, hasBias: hasBias, &created)
    succeed(status)
    guard let created else { preconditionFailure("no convolution with status \(status)") }
    handle = created
    kernels = [shoal_forward, shoal_backward_data, shoal_backward_kernel].map { operation in
      var kernel = shoal_convolution_kernel()
      guard shoal_convolution_kernel_of(created, Int32(operation), &kernel) != 0 else { return nil }
      return KernelLayout(kernel, of: shape)
    }
  }

  deinit { shoal_convolution_destroy(handle) }

  /// Tries to make the operations.
  static func status(of shape: Convolution.Shape) -> Int32 {
    var handle: OpaquePointer?
    let status = create(shape, batch: 2, hasBias: true, &handle)
    shoal_convolution_destroy(handle)
    return status
  }

  private static func create(
    _ shape: Convolution.Shape, batch: Int, hasBias: Bool, _ handle: inout OpaquePointer?
  ) -> Int32 {
    var description = shoal_convolution_shape(
      batch: batch, inputs: shape.inputs, outputs: shape.outputs, groups: shape.groups,
      height: shape.height, width: shape.width, kernel: shape.kernel, stride: shape.stride,
      padding: shape.padding, has_bias: hasBias ? 1 : 0)
    return shoal_convolution_create(&description, &handle)
  }

  func setKernel(_ kernel: AlignedBuffer<Float>) {
    bring(kernel, to: shoal_forward)
    setKernelOfBackwardData(kernel)
  }

  /// Takes over a kernel before `backwardData` alone.
  func setKernelOfBackwardData(_ kernel: AlignedBuffer<Float>) {
    bring(kernel, to: shoal_backward_data)
  }

  /// Takes over a kernel of exchanged outputs and inputs, turned by half a turn, before
  /// `backwardData` alone; to be called where ``canMirror`` says so.
  func setMirroredKernelOfBackwardData(_ kernel: AlignedBuffer<Float>) {
    guard let layout = kernels[shoal_backward_data] else {
      preconditionFailure("a kernel without a layout cannot be mirrored")
    }
    let d = layout.description
    var mirrored = shoal_kernel_layout(
      outputs: d.inputs, inputs: d.outputs, positions: d.positions, output: d.input,
      input: d.output, position: -d.position)
    shoal_pack_kernel(
      &mirrored, kernel.elements.baseAddress, layout.values + (d.positions - 1) * d.position)
  }

  /// Whether kernels can be turned on their way.
  var canMirror: Bool { kernels[shoal_backward_data] != nil }

  private func bring(_ kernel: AlignedBuffer<Float>, to operation: Int) {
    let plain = kernel.elements.baseAddress
    guard let layout = kernels[operation] else {
      return succeed(shoal_convolution_reorder(handle, Int32(operation), plain))
    }
    withUnsafePointer(to: layout.description) { shoal_pack_kernel($0, plain, layout.values) }
  }

  func forward(_ x: Matrix, bias: UnsafeMutableBufferPointer<Float>, into y: Matrix) {
    forward(x, bias: bias.baseAddress, into: y)
  }

  /// Writes y; a convolution without bias has none.
  func forward(_ x: Matrix, bias: UnsafeMutablePointer<Float>?, into y: Matrix) {
    succeed(
      shoal_convolution_forward(
        handle, x.elements.baseAddress, bias, y.elements.baseAddress))
  }

  func backwardData(_ yGradient: Matrix, into xGradient: Matrix) {
    succeed(
      shoal_convolution_backward_data(
        handle, yGradient.elements.baseAddress, xGradient.elements.baseAddress))
  }

  func backwardKernel(
    _ yGradient: Matrix, input x: Matrix, into kernelGradient: UnsafeMutableBufferPointer<Float>
  ) {
    succeed(
      shoal_convolution_backward_kernel(
        handle, x.elements.baseAddress, yGradient.elements.baseAddress))
    let plain = kernelGradient.baseAddress
    guard let layout = kernels[shoal_backward_kernel] else {
      return succeed(shoal_convolution_reorder(handle, Int32(shoal_backward_kernel), plain))
    }
    withUnsafePointer(to: layout.description) { shoal_unpack_kernel($0, layout.values, plain) }
  }
}

/// Traps unless oneDNN succeeded.
///
/// Shapes are checked before, and so is ``Convolution/fault``; what is left is a lack of memory
/// (status 1), at which every other allocation of the program traps as well.
private func succeed(_ status: Int32) {
  precondition(status == 0, "\(OneDNN.version) failed with status \(status)")
}
