internal import CKernels
public import Tensors

/// Turns a map into one value a channel: y = mean(x) + convolution(swish(x)) with a kernel as large as the map.
///
/// Source: the published code of Vafaii, Galor & Yates (2024).
public struct ConvolutionalPool: Layer {
  private let convolution: WeightNormalizedConvolution
  private let shape: MapShape
  private let active: Activation
  private let mean: Activation

  /// Adds such a layer to a model.
  ///
  /// - Parameters:
  ///   - name: The layer's name.
  ///   - shape: The map that goes in, as high as it is wide.
  ///   - layout: Where its parameters and activations are added.
  public init(_ name: String, _ shape: MapShape, in layout: inout ModelLayout) {
    precondition(shape.height == shape.width, "\(shape) is not square")
    self.shape = shape
    convolution = WeightNormalizedConvolution(
      name,
      Convolution.Shape(
        inputs: shape.channels, outputs: shape.channels, height: shape.height, width: shape.width,
        kernel: shape.height),
      in: &layout)
    active = layout.activations.add(shape.count)
    mean = layout.activations.add(shape.channels)
  }

  /// Values of an output: one a channel.
  public var outputs: Int { shape.channels }

  /// Where the convolution's parameters begin.
  public var parameterStart: Int? { convolution.parameterStart }

  /// One convolution.
  public var products: [Product] { convolution.products }

  /// Works out the effective kernel.
  ///
  /// - Parameter pass: The parameters.
  public func prepare(_ pass: NetworkPass) { convolution.prepare(pass) }

  /// Writes y, shape [batch, channels].
  ///
  /// - Parameters:
  ///   - x: Shape [batch, rows, columns, channels].
  ///   - y: Receives the outputs.
  ///   - pass: Parameters and memory.
  public func forward(_ x: Matrix, into y: Matrix, _ pass: NetworkPass) {
    let active = pass[active, rows: x.rows]
    x.swish(into: active)
    convolution.forward(active, into: y, pass)
    let mean = pass[mean, rows: x.rows]
    shoal_channel_means(
      x.rows, shape.positions, shape.channels, x.elements.baseAddress, mean.elements.baseAddress)
    y.add(mean)
  }

  /// Adds the gradients of all parameters.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y.
  ///   - x: The input that `forward` had.
  ///   - xGradient: Receives ∂loss/∂x.
  ///   - pass: Parameters and memory.
  public func backward(
    _ yGradient: Matrix, input x: Matrix, into xGradient: Matrix?, _ pass: NetworkPass
  ) {
    let active = pass[active, rows: x.rows]
    convolution.backward(yGradient, input: active, into: active, pass)
    guard let xGradient else { return }
    x.swishBackward(active, into: xGradient)
    shoal_add_channel_means(
      x.rows, shape.positions, shape.channels, yGradient.elements.baseAddress,
      xGradient.elements.baseAddress)
  }
}
