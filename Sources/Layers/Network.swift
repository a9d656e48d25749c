public import Tensors

/// Layers one after another.
public struct Network {
  /// The layers, first to last.
  public let layers: [any Layer]
  /// What comes out of all layers but the last.
  private let outputs: [Activation]
  /// Gradients of the same, of which two are needed at a time.
  private let gradients: [Activation]

  /// Chains layers.
  ///
  /// - Parameters:
  ///   - layers: At least one.
  ///   - layout: Where room for what passes between them is added.
  public init(_ layers: [any Layer], in layout: inout ModelLayout) {
    precondition(!layers.isEmpty, "a network has layers")
    self.layers = layers
    outputs = layers.dropLast().map { layout.activations.add($0.outputs) }
    let widest = outputs.map(\.width).max()
    gradients = widest.map { width in (0..<2).map { _ in layout.activations.add(width) } } ?? []
  }

  /// The network's only layer, if it is one dense one.
  public var linear: Linear? { layers.count == 1 ? layers[0] as? Linear : nil }

  /// Works out what depends on parameters alone; to be called when they have changed.
  ///
  /// - Parameter pass: The parameters.
  public func prepare(_ pass: NetworkPass) {
    for layer in layers { layer.prepare(pass) }
  }

  /// Writes y, shape [batch, outputs], for `x`, shape [batch, inputs].
  ///
  /// - Parameters:
  ///   - x: The inputs.
  ///   - y: Receives the outputs.
  ///   - pass: Parameters and memory.
  public func forward(_ x: Matrix, into y: Matrix, _ pass: NetworkPass) {
    for index in layers.indices {
      layers[index].forward(
        input(index, x, pass),
        into: index == outputs.count ? y : pass[outputs[index], rows: x.rows], pass)
    }
  }

  /// Adds the gradients of all parameters; to be called once after a forward pass.
  ///
  /// As each layer is done with, the pass's ``NetworkPass/onCompletion`` is told: nothing else may
  /// add to gradients of this network later, nor to any behind them in the vector.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y; its contents are lost.
  ///   - x: The input that `forward` had.
  ///   - xGradient: Receives ∂loss/∂x, unless `nil`.
  ///   - pass: Parameters and memory.
  public func backward(
    _ yGradient: Matrix, input x: Matrix, into xGradient: Matrix?, _ pass: NetworkPass
  ) {
    var gradient = yGradient
    for index in layers.indices.reversed() {
      let next = index == 0 ? xGradient : self.gradient(index - 1, x.rows, pass)
      layers[index].backward(gradient, input: input(index, x, pass), into: next, pass)
      if let start = layers[index].parameterStart { pass.onCompletion?(start) }
      if let next { gradient = next }
    }
  }

  /// The dense products and convolutions of a pass over one sample.
  public var products: [Product] { layers.flatMap(\.products) }

  private func input(_ index: Int, _ x: Matrix, _ pass: NetworkPass) -> Matrix {
    index == 0 ? x : pass[outputs[index - 1], rows: x.rows]
  }

  private func gradient(_ index: Int, _ rows: Int, _ pass: NetworkPass) -> Matrix {
    let width = outputs[index].width
    let room = pass[gradients[index % 2], rows: rows]
    return Matrix(
      UnsafeMutableBufferPointer(rebasing: room.elements[0..<rows * width]), rows: rows,
      columns: width)
  }
}
