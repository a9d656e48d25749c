internal import CKernels
public import Tensors

/// A convolution whose kernel has the norm e^g for each output channel, whatever the size of its
/// parameters.
///
/// With the raw kernel V: W = e^g·V/(‖V‖ + 2⁻²³), where norms are over all inputs of an output
/// channel and g starts at 0. Source: Salimans & Kingma, "Weight Normalization", NeurIPS 2016, with
/// the logarithm of the gain as parameter as in the code of Vafaii, Galor & Yates (2024).
public struct WeightNormalizedConvolution: Layer {
  /// V, shape [outputs, inputs of a group, rows, columns].
  public let kernel: ParameterLayout.Entry
  /// b, shape [outputs].
  public let bias: ParameterLayout.Entry
  /// g, shape [outputs].
  public let logGain: ParameterLayout.Entry
  /// What the convolution maps to what.
  public let shape: Convolution.Shape
  private let shared: Shared

  /// What all passes share: the effective kernel, and room for its gradient.
  private final class Shared {
    let convolution: Convolution
    let kernelGradient: AlignedBuffer<Float>
    let biasGradient: AlignedBuffer<Float>

    init(_ shape: Convolution.Shape) {
      convolution = Convolution(shape)
      kernelGradient = AlignedBuffer(count: shape.kernelShape.reduce(1, *), repeating: 0)
      biasGradient = AlignedBuffer(count: shape.outputs, repeating: 0)
    }
  }

  /// Adds such a layer to a model, with PyTorch's default initial values.
  ///
  /// - Parameters:
  ///   - name: The layer's name.
  ///   - shape: What it maps to what.
  ///   - layout: Where its parameters are added.
  public init(_ name: String, _ shape: Convolution.Shape, in layout: inout ModelLayout) {
    let initial = InitialValues.uniform(inputs: shape.kernelShape.dropFirst().reduce(1, *))
    kernel = layout.parameters.add(
      "\(name)/kernel", shape: shape.kernelShape, initial: initial, accumulates: false)
    bias = layout.parameters.add("\(name)/bias", shape: [shape.outputs], initial: initial)
    logGain = layout.parameters.add("\(name)/log_gain", shape: [shape.outputs])
    self.shape = shape
    shared = Shared(shape)
  }

  /// Values of an output.
  public var outputs: Int { shape.outputHeight * shape.outputWidth * shape.outputs }

  /// Where V begins.
  public var parameterStart: Int? { kernel.range.lowerBound }

  /// One convolution.
  public var products: [Product] { [Product(kind: .convolution(shape))] }

  /// Works out the effective kernel.
  ///
  /// - Parameter pass: The parameters.
  public func prepare(_ pass: NetworkPass) {
    let kernel = pass[kernel].value
    shoal_normalize_kernel(
      shape.outputs, kernel.count / shape.outputs, kernel.baseAddress,
      pass[logGain].value.baseAddress, shared.convolution.kernel.elements.baseAddress)
    shared.convolution.kernelChanged()
  }

  /// Writes y, shape [batch, rows, columns, outputs].
  ///
  /// - Parameters:
  ///   - x: Shape [batch, rows, columns, inputs].
  ///   - y: Receives the outputs.
  ///   - pass: The parameters.
  public func forward(_ x: Matrix, into y: Matrix, _ pass: NetworkPass) {
    shared.convolution.forward(x, bias: pass[bias].value, into: y)
  }

  /// Adds the gradients of V, b and g; writes the first where the pass starts them.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y; keeps its contents.
  ///   - x: The input that `forward` had.
  ///   - xGradient: Receives ∂loss/∂x.
  ///   - pass: The parameters and their gradients.
  public func backward(
    _ yGradient: Matrix, input x: Matrix, into xGradient: Matrix?, _ pass: NetworkPass
  ) {
    let kernel = pass[kernel]
    let logGain = pass[logGain]
    shared.convolution.backwardKernel(
      yGradient, input: x, into: shared.kernelGradient.elements,
      bias: shared.biasGradient.elements)
    shoal_normalize_kernel_backward(
      shape.outputs, kernel.value.count / shape.outputs, kernel.value.baseAddress,
      logGain.value.baseAddress, shared.kernelGradient.elements.baseAddress,
      pass.startsGradients ? 0 : 1,
      kernel.gradient.baseAddress, logGain.gradient.baseAddress)
    shoal_add(
      shape.outputs, shared.biasGradient.elements.baseAddress, pass[bias].gradient.baseAddress)
    if let xGradient { shared.convolution.backwardData(yGradient, into: xGradient) }
  }
}
