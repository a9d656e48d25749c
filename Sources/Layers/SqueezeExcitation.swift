internal import CKernels
import Tensors

/// Gates each channel of a map by what the whole map's means say.
///
/// gate = s(W₂·max(W₁·mean(x) + b₁, 0) + b₂) with the logistic function s, and a hidden layer of max(channels/16, 4)
/// units. Source: Hu, Shen & Sun, "Squeeze-and-Excitation Networks", CVPR 2018.
struct SqueezeExcitation {
  private let squeeze: Linear
  private let excite: Linear
  private let shape: MapShape
  private let mean: Activation
  private let hidden: Activation
  private let gate: Activation
  private let gateGradient: Activation
  private let hiddenGradient: Activation
  private let meanGradient: Activation

  init(_ name: String, _ shape: MapShape, in layout: inout ModelLayout) {
    self.shape = shape
    let units = max(shape.channels / 16, 4)
    squeeze = Linear(
      "\(name).squeeze", inputs: shape.channels, outputs: units, hasBias: true, in: &layout)
    excite = Linear(
      "\(name).excite", inputs: units, outputs: shape.channels, hasBias: true, in: &layout)
    mean = layout.activations.add(shape.channels)
    hidden = layout.activations.add(units)
    gate = layout.activations.add(shape.channels)
    gateGradient = layout.activations.add(shape.channels)
    hiddenGradient = layout.activations.add(units)
    meanGradient = layout.activations.add(shape.channels)
  }

  var products: [Product] { squeeze.products + excite.products }

  /// Adds gate·x to y.
  func addGated(_ x: Matrix, to y: Matrix, _ pass: NetworkPass) {
    let mean = pass[mean, rows: x.rows]
    let hidden = pass[hidden, rows: x.rows]
    let gate = pass[gate, rows: x.rows]
    shoal_channel_means(
      x.rows, shape.positions, shape.channels, x.elements.baseAddress, mean.elements.baseAddress)
    squeeze.forward(mean, into: hidden, pass)
    hidden.rectify(keep: 1, layer: 0, noise: nil)
    excite.forward(hidden, into: gate, pass)
    shoal_sigmoid_of(gate.elements.count, gate.elements.baseAddress)
    shoal_add_gated(
      x.rows, shape.positions, shape.channels, x.elements.baseAddress, gate.elements.baseAddress,
      y.elements.baseAddress)
  }

  /// Replaces x, as ``addGated(_:to:_:)`` had it, by ∂loss/∂x; `yGradient` stays.
  func backward(_ yGradient: Matrix, replacing x: Matrix, _ pass: NetworkPass) {
    let gate = pass[gate, rows: x.rows]
    let gateGradient = pass[gateGradient, rows: x.rows]
    let hiddenGradient = pass[hiddenGradient, rows: x.rows]
    let meanGradient = pass[meanGradient, rows: x.rows]
    let hidden = pass[hidden, rows: x.rows]
    shoal_gate_gradient(
      x.rows, shape.positions, shape.channels, x.elements.baseAddress,
      yGradient.elements.baseAddress, gateGradient.elements.baseAddress)
    for i in gateGradient.elements.indices {
      gateGradient.elements[i] *= gate.elements[i] * (1 - gate.elements[i])
    }
    excite.backward(gateGradient, input: hidden, into: hiddenGradient, pass)
    hidden.rectifyBackward(hiddenGradient, scale: 1)
    squeeze.backward(
      hiddenGradient, input: pass[mean, rows: x.rows], into: meanGradient, pass)
    shoal_gated_gradient(
      x.rows, shape.positions, shape.channels, yGradient.elements.baseAddress,
      gate.elements.baseAddress, meanGradient.elements.baseAddress, x.elements.baseAddress)
  }
}
