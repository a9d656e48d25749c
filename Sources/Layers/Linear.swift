public import Tensors

/// The map y = x·Wᵀ, or y = x·Wᵀ + b with a bias.
public struct Linear: Layer {
  /// W, shape [outputs, inputs].
  public let weight: ParameterLayout.Entry
  /// b, shape [outputs], if there is one.
  public let bias: ParameterLayout.Entry?

  /// Adds such a layer to a model.
  ///
  /// - Parameters:
  ///   - name: The layer's name.
  ///   - inputs: Values of an input.
  ///   - outputs: Values of an output.
  ///   - hasBias: Whether there is a bias.
  ///   - initial: How W starts, with a bias of 0; `nil` for PyTorch's default of both.
  ///   - layout: Where its parameters are added.
  public init(
    _ name: String, inputs: Int, outputs: Int, hasBias: Bool, initial: InitialValues? = nil,
    in layout: inout ModelLayout
  ) {
    let standard = InitialValues.uniform(inputs: inputs)
    weight = layout.parameters.add(
      "\(name)/weight", shape: [outputs, inputs], initial: initial ?? standard, accumulates: false)
    bias =
      hasBias
      ? layout.parameters.add(
        "\(name)/bias", shape: [outputs], initial: initial == nil ? standard : .constant(0))
      : nil
  }

  /// Values of an output.
  public var outputs: Int { weight.shape[0] }

  /// Where W begins.
  public var parameterStart: Int? { weight.range.lowerBound }

  /// One product.
  public var products: [Product] {
    [Product(kind: .dense(rows: 1, inputs: weight.shape[1], outputs: weight.shape[0]))]
  }

  /// Writes y, shape [batch, outputs], for `x`, shape [batch, inputs].
  ///
  /// - Parameters:
  ///   - x: The inputs.
  ///   - y: Receives the outputs.
  ///   - pass: The parameters.
  public func forward(_ x: Matrix, into y: Matrix, _ pass: NetworkPass) {
    multiply(x, pass[weight].valueMatrix.transposed, into: y)
    if let bias { y.addToEachRow(pass[bias].value) }
  }

  /// Adds ∂loss/∂W and ∂loss/∂b to the parameters' gradients; writes the former where the pass
  /// starts them.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y, shape [batch, outputs]; keeps its contents.
  ///   - x: The input that `forward` had.
  ///   - xGradient: Receives ∂loss/∂x, shape [batch, inputs]; `nil` saves one product in three.
  ///   - pass: The parameters and their gradients.
  public func backward(
    _ yGradient: Matrix, input x: Matrix, into xGradient: Matrix?, _ pass: NetworkPass
  ) {
    let weight = pass[weight]
    multiply(yGradient.transposed, x, into: weight.gradientMatrix, adding: !pass.startsGradients)
    if let bias { yGradient.addColumnSums(to: pass[bias].gradient) }
    if let xGradient { multiply(yGradient, weight.valueMatrix, into: xGradient) }
  }
}
