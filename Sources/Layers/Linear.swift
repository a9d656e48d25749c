public import Tensors

/// The map y = x·Wᵀ, or y = x·Wᵀ + b with a bias.
///
/// Owns no memory: its parameters are views into the model's one flat parameter vector, and its
/// outputs go to buffers of the caller's workspace.
public struct Linear {
  /// W, shape [outputs, inputs].
  public let weight: Parameter
  /// b, shape [outputs], if there is one.
  public let bias: Parameter?

  /// Makes a layer of parameters that exist.
  ///
  /// - Parameters:
  ///   - weight: W, shape [outputs, inputs].
  ///   - bias: b, shape [outputs].
  public init(weight: Parameter, bias: Parameter? = nil) {
    precondition(weight.shape.count == 2, "\(weight.shape) is not [outputs, inputs]")
    precondition(bias.map { $0.shape == [weight.shape[0]] } ?? true, "the bias does not fit")
    self.weight = weight
    self.bias = bias
  }

  /// Writes y, shape [batch, outputs], for `x`, shape [batch, inputs].
  ///
  /// Nothing is kept in the layer: the caller keeps the inputs that it will need to go back.
  ///
  /// - Parameters:
  ///   - x: The inputs.
  ///   - y: Receives the outputs.
  public func forward(_ x: Matrix, into y: Matrix) {
    multiply(x, weight.valueMatrix.transposed, into: y)
    if let bias { y.addToEachRow(bias.value) }
  }

  /// Adds ∂loss/∂W and ∂loss/∂b to the parameters' gradients.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y, shape [batch, outputs].
  ///   - x: The input that `forward` had.
  ///   - xGradient: Receives ∂loss/∂x, shape [batch, inputs]; `nil` where nobody needs it, as in
  ///     the first layer, which then saves one matrix product in three.
  public func backward(_ yGradient: Matrix, input x: Matrix, into xGradient: Matrix?) {
    multiply(yGradient.transposed, x, into: weight.gradientMatrix, adding: true)
    bias?.addColumnSums(of: yGradient)
    if let xGradient { multiply(yGradient, weight.valueMatrix, into: xGradient) }
  }
}

extension Parameter {
  fileprivate func addColumnSums(of yGradient: Matrix) {
    for row in 0..<yGradient.rows {
      let start = row * yGradient.columns
      for column in gradient.indices { gradient[column] += yGradient.elements[start + column] }
    }
  }
}
