/// A two-dimensional convolution, y = x ∗ kernel + bias, by oneDNN, or by dense products where it
/// is such.
///
/// Maps lie in memory as [batch, rows, columns, channels]; oneDNN is as fast on them as on its own
/// blocked layouts, and dense products and elementwise kernels need no other. A class because the
/// models of several shards share one kernel, and because operations are made once for each size of
/// a batch.
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
    /// Whether each position of the input is repeated twice in both directions before, as by a
    /// nearest resize; only with a kernel of 3, padding 1 and one group.
    public var isUpsampling = false

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
    ///   - isUpsampling: Whether the input is enlarged before.
    public init(
      inputs: Int, outputs: Int, groups: Int = 1, height: Int, width: Int, kernel: Int,
      stride: Int = 1, padding: Int = 0, isUpsampling: Bool = false
    ) {
      precondition(
        inputs % groups == 0 && outputs % groups == 0, "\(inputs) to \(outputs) in \(groups) groups"
      )
      precondition(
        !isUpsampling || (groups, kernel, stride, padding) == (1, 3, 1, 1),
        "upsampling with a kernel of \(kernel), stride \(stride), padding \(padding), \(groups) groups"
      )
      self.inputs = inputs
      self.outputs = outputs
      self.groups = groups
      self.height = height
      self.width = width
      self.kernel = kernel
      self.stride = stride
      self.padding = padding
      self.isUpsampling = isUpsampling
    }

    /// Rows of the output.
    public var outputHeight: Int { outputExtent(of: height) }
    /// Columns of the output.
    public var outputWidth: Int { outputExtent(of: width) }
    /// Extents of the kernel: [outputs, inputs of a group, rows, columns].
    public var kernelShape: [Int] { [outputs, inputs / groups, kernel, kernel] }
    /// Multiplications with an addition for one image.
    ///
    /// With upsampling an output sees four positions of the input.
    public var multiplyAdds: Int {
      outputHeight * outputWidth * outputs * (inputs / groups)
        * (isUpsampling ? 4 : kernel * kernel)
    }

    private func outputExtent(of extent: Int) -> Int {
      isUpsampling ? 2 * extent : (extent + 2 * padding - kernel) / stride + 1
    }
  }

  /// A small convolution, by which one sees whether the library can make any.
  public static let probe = Shape(
    inputs: 8, outputs: 16, height: 6, width: 6, kernel: 3, stride: 1, padding: 1)

  /// Why the library makes no convolutions on this processor, if it does not; tried once.
  public static let fault: String? = {
    let status = DirectConvolution.status(of: probe)
    return status == 0 ? nil : "\(OneDNN.version) makes no convolutions here (status \(status))"
  }()

  /// What the convolution maps to what.
  public let shape: Shape
  /// The kernel, shape [outputs, inputs of a group, rows, columns]; see ``kernelChanged()``.
  public let kernel: AlignedBuffer<Float>
  private var methods: [Int: Prepared] = [:]
  private var generation = 0
  private let biasSums: AlignedBuffer<Double>

  /// What makes it for one size of a batch, and which kernel that knows.
  private final class Prepared {
    let method: any ConvolutionMethod
    var generation = -1

    init(_ method: any ConvolutionMethod) { self.method = method }
  }

  /// Makes a convolution whose kernel is zero.
  ///
  /// - Parameter shape: What it maps to what.
  public init(_ shape: Shape) {
    self.shape = shape
    kernel = AlignedBuffer(count: shape.kernelShape.reduce(1, *), repeating: 0)
    biasSums = AlignedBuffer(count: shape.outputs, repeating: 0)
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
    precondition(bias.count == shape.outputs, "\(bias.count) biases of \(shape)")
    method(x, y, needsKernel: true).forward(x, bias: bias, into: y)
  }

  /// Writes ∂loss/∂x.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y.
  ///   - xGradient: Receives ∂loss/∂x.
  public func backwardData(_ yGradient: Matrix, into xGradient: Matrix) {
    method(xGradient, yGradient, needsKernel: true).backwardData(yGradient, into: xGradient)
  }

  /// Writes ∂loss/∂kernel and ∂loss/∂bias.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y.
  ///   - x: The input that `forward` had.
  ///   - kernelGradient: Receives the former, in the kernel's shape.
  ///   - biasGradient: Receives the latter, shape [outputs].
  public func backwardKernel(
    _ yGradient: Matrix, input x: Matrix, into kernelGradient: UnsafeMutableBufferPointer<Float>,
    bias biasGradient: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      kernelGradient.count == kernel.elements.count && biasGradient.count == shape.outputs,
      "[\(kernelGradient.count)] and [\(biasGradient.count)] are not gradients of \(shape)")
    method(x, yGradient, needsKernel: false)
      .backwardKernel(yGradient, input: x, into: kernelGradient)
    biasSums.elements.update(repeating: 0)
    yGradient.withRows(of: shape.outputs).addColumnSums(to: biasSums.elements)
    for i in biasGradient.indices { biasGradient[i] = Float(biasSums.elements[i]) }
  }

  /// What makes the convolution for a size of a batch, with the present kernel if it is needed.
  private func method(_ x: Matrix, _ y: Matrix, needsKernel: Bool) -> any ConvolutionMethod {
    precondition(
      x.rows == y.rows && x.columns == shape.height * shape.width * shape.inputs
        && y.columns == shape.outputHeight * shape.outputWidth * shape.outputs,
      "[\(x.rows), \(x.columns)] to [\(y.rows), \(y.columns)] is not \(shape)")
    let prepared = methods[x.rows] ?? Prepared(newMethod(batch: x.rows))
    if methods[x.rows] == nil { methods[x.rows] = prepared }
    if needsKernel && prepared.generation != generation {
      prepared.method.setKernel(kernel)
      prepared.generation = generation
    }
    return prepared.method
  }

  private func newMethod(batch: Int) -> any ConvolutionMethod {
    if shape.isUpsampling { return UpsamplingConvolution(shape, batch: batch) }
    if WholeMapConvolution.makes(shape) {
      return WholeMapConvolution(shape, batch: batch, kernel: kernel)
    }
    return SmallMapConvolution(shape, batch: batch) ?? DirectConvolution(shape, batch: batch)
  }
}

/// One way to make a convolution, for one size of a batch.
///
/// Matrices have the shape's extents and the batch's rows.
protocol ConvolutionMethod {
  /// Takes over a kernel, before `forward` and `backwardData`.
  func setKernel(_ kernel: AlignedBuffer<Float>)
  /// Writes y.
  func forward(_ x: Matrix, bias: UnsafeMutableBufferPointer<Float>, into y: Matrix)
  /// Writes ∂loss/∂x.
  func backwardData(_ yGradient: Matrix, into xGradient: Matrix)
  /// Writes ∂loss/∂kernel.
  func backwardKernel(
    _ yGradient: Matrix, input x: Matrix, into kernelGradient: UnsafeMutableBufferPointer<Float>)
}

extension Matrix {
  /// The same elements as rows of another width.
  func withRows(of columns: Int) -> Matrix {
    Matrix(elements, rows: elements.count / columns, columns: columns)
  }
}
