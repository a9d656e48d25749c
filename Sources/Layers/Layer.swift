public import Tensors

/// A step of a network: a map from values to values with parameters.
///
/// Layers own no memory. Their parameters are places in the model's one flat vector, and what they
/// remember between forward and backward lies in the model's activations. A map's values lie as
/// [rows, columns, channels].
public protocol Layer {
  /// Values of an output.
  var outputs: Int { get }

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

  /// None.
  public var products: [Product] { [] }
}

/// Where the parameters and activations of a model lie, while it is built.
public struct ModelLayout: Sendable {
  /// The parameters.
  public var parameters = ParameterLayout()
  /// The activations.
  public var activations = ActivationLayout()

  /// Makes an empty layout.
  public init() {}
}

/// A dense product or convolution of a layer, with its two gradients: where the time goes.
public struct Product: Sendable {
  /// What is computed for each sample.
  public enum Kind: Sendable {
    /// A matrix of this many outputs and inputs, applied to as many rows a sample.
    case dense(rows: Int, inputs: Int, outputs: Int)
    /// A convolution.
    case convolution(Convolution.Shape)
  }

  /// What is computed for each sample.
  public var kind: Kind
  /// Whether anything before it learns, so that the gradient of its input is needed.
  public var needsInputGradient = true

  /// Multiplications with an addition for one sample, forward.
  public var multiplyAdds: Int {
    switch kind {
    case .dense(let rows, let inputs, let outputs): rows * inputs * outputs
    case .convolution(let shape): shape.multiplyAdds
    }
  }
}
