internal import CKernels
public import Tensors

/// A residual block of dense layers: y = norm(x + W₂·dropout(max(W₁·x + b₁, 0)) + b₂).
///
/// `norm` is layer normalisation with ε = 10⁻⁵ (Ba, Kiros & Hinton, 2016). Source: the published code of Vafaii, Galor & Yates
/// (2024).
public struct ResidualDense: Layer {
  private static let epsilon = 1e-5
  private let expand: Linear
  private let contract: Linear
  private let normWeight: ParameterLayout.Entry
  private let normBias: ParameterLayout.Entry
  private let keep: Float
  /// Tells the layers of a model apart where dropout draws its numbers.
  private let number: Int
  private let hidden: Activation
  private let hiddenGradient: Activation
  private let sum: Activation

  /// Adds such a layer to a model.
  ///
  /// - Parameters:
  ///   - name: The layer's name.
  ///   - width: Values of an input and of an output.
  ///   - expansion: How many times as many units the hidden layer has.
  ///   - dropout: The probability with which a hidden unit is dropped in training.
  ///   - layout: Where its parameters and activations are added.
  public init(
    _ name: String, width: Int, expansion: Int, dropout: Double, in layout: inout ModelLayout
  ) {
    number = layout.parameters.entries.count
    keep = Float(1 - dropout)
    let units = width * expansion
    expand = Linear("\(name).expand", inputs: width, outputs: units, hasBias: true, in: &layout)
    contract = Linear("\(name).contract", inputs: units, outputs: width, hasBias: true, in: &layout)
    normWeight = layout.parameters.add(
      "\(name).norm/weight", shape: [width], initial: .constant(1))
    normBias = layout.parameters.add("\(name).norm/bias", shape: [width])
    hidden = layout.activations.add(units)
    hiddenGradient = layout.activations.add(units)
    sum = layout.activations.add(width)
  }

  /// Values of an output.
  public var outputs: Int { sum.width }

  /// Where the first product's parameters begin.
  public var parameterStart: Int? { expand.parameterStart }

  /// Two products.
  public var products: [Product] { expand.products + contract.products }

  /// Writes y, shape [batch, width].
  ///
  /// - Parameters:
  ///   - x: Shape [batch, width].
  ///   - y: Receives the outputs.
  ///   - pass: Parameters, memory and the noise of dropout.
  public func forward(_ x: Matrix, into y: Matrix, _ pass: NetworkPass) {
    let hidden = pass[hidden, rows: x.rows]
    let sum = pass[sum, rows: x.rows]
    expand.forward(x, into: hidden, pass)
    hidden.rectify(keep: keep, layer: number, noise: pass.dropout)
    contract.forward(hidden, into: sum, pass)
    sum.add(x)
    shoal_layer_norm(
      x.rows, sum.columns, sum.elements.baseAddress, pass[normWeight].value.baseAddress,
      pass[normBias].value.baseAddress, ResidualDense.epsilon, y.elements.baseAddress)
  }

  /// Adds the gradients of all parameters.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y; its contents are lost.
  ///   - x: The input that `forward` had.
  ///   - xGradient: Receives ∂loss/∂x.
  ///   - pass: Parameters and memory.
  public func backward(
    _ yGradient: Matrix, input x: Matrix, into xGradient: Matrix?, _ pass: NetworkPass
  ) {
    let hidden = pass[hidden, rows: x.rows]
    let hiddenGradient = pass[hiddenGradient, rows: x.rows]
    let sum = pass[sum, rows: x.rows]
    let weight = pass[normWeight]
    shoal_layer_norm_backward(
      x.rows, sum.columns, sum.elements.baseAddress, weight.value.baseAddress,
      ResidualDense.epsilon, yGradient.elements.baseAddress, yGradient.elements.baseAddress,
      weight.gradient.baseAddress, pass[normBias].gradient.baseAddress)
    contract.backward(yGradient, input: hidden, into: hiddenGradient, pass)
    hidden.rectifyBackward(hiddenGradient, scale: pass.dropout == nil ? 1 : 1 / keep)
    expand.backward(hiddenGradient, input: x, into: xGradient, pass)
    xGradient?.add(yGradient)
  }
}
