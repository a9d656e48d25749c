public import Tensors

/// A step of a network: a map from values to values with parameters.
///
/// Layers own no memory. Their parameters are places in the model's one flat vector, and what they
/// remember between forward and backward lies in the model's activations. A map's values lie as
/// [rows, columns, channels].
public protocol Layer {
  /// Values of an output.
  var outputs: Int { get }
  /// Where its parameters begin in the model's vector, behind those of the layers before it; `nil`
  /// of a layer without any.
  var parameterStart: Int? { get }

  /// Works out what depends on parameters alone; to be called when they have changed.
  ///
  /// - Parameter pass: The parameters.
  func prepare(_ pass: NetworkPass)

  /// Writes y, shape [batch, outputs], for `x`, shape [batch, inputs].
  ///
  /// - Parameters:
  ///   - x: The inputs.
  ///   - y: Receives the outputs.
  ///   - pass: Parameters and memory.
  func forward(_ x: Matrix, into y: Matrix, _ pass: NetworkPass)

  /// Adds the gradients of the parameters; to be called once after a forward pass.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y, shape [batch, outputs]; its contents are lost.
  ///   - x: The input that `forward` had.
  ///   - xGradient: Receives ∂loss/∂x, shape [batch, inputs]; `nil` where nobody needs it, as in a
  ///     first layer.
  ///   - pass: Parameters and memory.
  func backward(
    _ yGradient: Matrix, input x: Matrix, into xGradient: Matrix?, _ pass: NetworkPass)

  /// The dense products and convolutions of a pass.
  var products: [Product] { get }
}

extension Layer {
  /// Does nothing: most layers use their parameters as they are.
  ///
  /// - Parameter pass: The parameters.
  public func prepare(_ pass: NetworkPass) {}

  /// A layer without parameters.
  public var parameterStart: Int? { nil }

  /// None.
  public var products: [Product] { [] }
}
