internal import COneDNN

/// A two-dimensional convolution, y = x ∗ kernel + bias, by oneDNN.
///
/// Maps lie in memory as [batch, rows, columns, channels]; oneDNN is as fast on them as on its own
/// blocked layouts, and dense products and elementwise kernels need no other. A class because the
/// models of several shards share one kernel, and because operations are made once for each size of a batch.
public final class Convolution {
  /// What a convolution maps to what.
  public struct Shape: Hashable, Sendable {
    /// Channels of the input.
    public var inputs: Int
    /// Channels of the output.
    public var outputs: Int
    /// Parts that channels are divided into, each with a convolution of its own.
    public var groups = 1
    /// Rows of the input.
    public var height: Int
    /// Columns of the input.
    public var width: Int
    /// Rows and columns of the kernel.
    public var kernel: Int
    /// Positions from one output to the next.
    public var stride = 1
    /// Zeros around the input.
    public var padding = 0

    /// Describes a convolution.
    ///
    /// - Parameters:
    ///   - inputs: Channels of the input.
    ///   - outputs: Channels of the output.
    ///   - groups: Parts that channels are divided into.
    ///   - height: Rows of the input.
    ///   - width: Columns of the input.
    ///   - kernel: Rows and columns of the kernel.
    ///   - stride: Positions from one output to the next.
    ///   - padding: Zeros around the input.
    public init(
      inputs: Int, outputs: Int, groups: Int = 1, height: Int, width: Int, kernel: Int,
      stride: Int = 1, padding: Int = 0
    ) {
      precondition(
        inputs % groups == 0 && outputs % groups == 0, "\(inputs) to \(outputs) in \(groups) groups"
      )
      self.inputs = inputs
      self.outputs = outputs
      self.groups = groups
      self.height = height
      self.width = width
      self.kernel = kernel
      self.stride = stride
      self.padding = padding
    }

    /// Rows of the output.
    public var outputHeight: Int { (height + 2 * padding - kernel) / stride + 1 }
    /// Columns of the output.
    public var outputWidth: Int { (width + 2 * padding - kernel) / stride + 1 }
    /// Extents of the kernel: [outputs, inputs of a group, rows, columns].
    public var kernelShape: [Int] { [outputs, inputs / groups, kernel, kernel] }
    /// Multiplications with an addition for one image.
    public var multiplyAdds: Int {
      outputHeight * outputWidth * kernelShape.reduce(1, *)
    }
  }

  /// A small convolution, by which one sees whether the library can make any.
  public static let probe = Shape(
    inputs: 8, outputs: 16, height: 6, width: 6, kernel: 3, stride: 1, padding: 1)

  /// Why the library makes no convolutions on this processor, if it does not; tried once.
  public static let fault: String? = {
    var handle: OpaquePointer?
    let status = create(probe, batch: 2, &handle)
    shoal_convolution_destroy(handle)
    return status == 0 ? nil : "\(OneDNN.version) makes no convolutions here (status \(status))"
  }()

  /// What the convolution maps to what.
  public let shape: Shape
  /// The kernel, shape [outputs, inputs of a group, rows, columns]; see ``kernelChanged()``.
  public let kernel: AlignedBuffer<Float>
  private var operations: [Int: Operations] = [:]
  private var generation = 0

  /// Makes a convolution whose kernel is zero.
  ///
  /// - Parameter shape: What it maps to what.
  public init(_ shape: Shape) {
    self.shape = shape
    kernel = AlignedBuffer(count: shape.kernelShape.reduce(1, *), repeating: 0)
  }

  /// Takes notice of new values in ``kernel``.
  public func kernelChanged() { generation += 1 }

  /// Writes y, shape [batch, rows, columns, outputs].
  ///
  /// - Parameters:
  ///   - x: Shape [batch, rows, columns, inputs].
  ///   - bias: Shape [outputs].
  ///   - y: Receives the output.
  public func forward(_ x: Matrix, bias: UnsafeMutableBufferPointer<Float>, into y: Matrix) {
    let operations = operations(x, y)
    operations.setKernel(kernel, generation: generation)
    succeed(
      shoal_convolution_forward(
        operations.handle, x.elements.baseAddress, bias.baseAddress, y.elements.baseAddress))
  }

  /// Writes ∂loss/∂x.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y.
  ///   - xGradient: Receives ∂loss/∂x.
  public func backwardData(_ yGradient: Matrix, into xGradient: Matrix) {
    let operations = operations(xGradient, yGradient)
    operations.setKernel(kernel, generation: generation)
    succeed(
      shoal_convolution_backward_data(
        operations.handle, yGradient.elements.baseAddress, xGradient.elements.baseAddress))
  }

  /// Writes ∂loss/∂kernel and ∂loss/∂bias.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y.
  ///   - x: The input that `forward` had.
  ///   - kernelGradient: Receives the former, in the kernel's shape.
  ///   - biasGradient: Receives the latter, shape [outputs].
  public func backwardKernel(
    _ yGradient: Matrix, input x: Matrix, into kernelGradient: AlignedBuffer<Float>,
    bias biasGradient: AlignedBuffer<Float>
  ) {
    succeed(
      shoal_convolution_backward_kernel(
        operations(x, yGradient).handle, x.elements.baseAddress, yGradient.elements.baseAddress,
        kernelGradient.elements.baseAddress, biasGradient.elements.baseAddress))
  }

  private func operations(_ x: Matrix, _ y: Matrix) -> Operations {
    precondition(
      x.rows == y.rows && x.columns == shape.height * shape.width * shape.inputs
        && y.columns == shape.outputHeight * shape.outputWidth * shape.outputs,
      "[\(x.rows), \(x.columns)] to [\(y.rows), \(y.columns)] is not \(shape)")
    if let known = operations[x.rows] { return known }
    let new = Operations(shape, batch: x.rows)
    operations[x.rows] = new
    return new
  }

  private static func create(
    _ shape: Shape, batch: Int, _ handle: inout OpaquePointer?
  ) -> Int32 {
    var description = shoal_convolution_shape(
      batch: batch, inputs: shape.inputs, outputs: shape.outputs, groups: shape.groups,
      height: shape.height, width: shape.width, kernel: shape.kernel, stride: shape.stride,
      padding: shape.padding)
    return shoal_convolution_create(&description, &handle)
  }

  /// oneDNN's operations for one size of a batch.
  private final class Operations {
    let handle: OpaquePointer?
    private var generation = -1

    init(_ shape: Shape, batch: Int) {
      var handle: OpaquePointer?
      succeed(Convolution.create(shape, batch: batch, &handle))
      self.handle = handle
    }

    deinit { shoal_convolution_destroy(handle) }

    func setKernel(_ kernel: AlignedBuffer<Float>, generation: Int) {
      guard generation != self.generation else { return }
      succeed(shoal_convolution_set_kernel(handle, kernel.elements.baseAddress))
      self.generation = generation
    }
  }
}

/// Traps unless oneDNN succeeded.
///
/// Shapes are checked before, and so is ``Convolution/fault``; what is left is a lack of memory
/// (status 1), at which every other allocation of the program traps as well.
private func succeed(_ status: Int32) {
  precondition(status == 0, "\(OneDNN.version) failed with status \(status)")
}
