import Layers
import Tensors

/// Dense products and convolutions of a training step, and nothing else.
struct ProductBenchmark {
  private let products: [Prepared]
  private let x: AlignedBuffer<Float>
  private let y: AlignedBuffer<Float>
  private let weight: AlignedBuffer<Float>
  private let bias: AlignedBuffer<Float>
  private let weightGradient: AlignedBuffer<Float>

  private struct Prepared {
    let product: Product
    let rows: Int
    let inputs: Int
    let outputs: Int
    let weights: Int
    let convolution: Convolution?

    init(_ product: Product, batch: Int) {
      self.product = product
      switch product.kind {
      case .dense(let rows, let inputs, let outputs):
        self.rows = rows * batch
        self.inputs = inputs
        self.outputs = outputs
        weights = inputs * outputs
        convolution = nil
      case .convolution(let shape):
        rows = batch
        inputs = shape.inputs * shape.height * shape.width
        outputs = shape.outputs * shape.outputHeight * shape.outputWidth
        weights = shape.kernelShape.reduce(1, *)
        convolution = Convolution(shape)
      }
    }
  }

  /// Makes room for the products, which all use the same.
  init(_ products: [Product], batch: Int) {
    let prepared = products.map { Prepared($0, batch: batch) }
    self.products = prepared
    func buffer(_ size: (Prepared) -> Int) -> AlignedBuffer<Float> {
      AlignedBuffer(count: prepared.map(size).max() ?? 0, repeating: 0.01)
    }
    x = buffer { $0.rows * $0.inputs }
    y = buffer { $0.rows * $0.outputs }
    weight = buffer(\.weights)
    weightGradient = buffer(\.weights)
    bias = buffer(\.outputs)
  }

  var isEmpty: Bool { products.isEmpty }

  /// Makes all products of a step: forward, and the gradients of weights and inputs.
  func compute() {
    for p in products {
      let x = Matrix(x.view(0..<p.rows * p.inputs), rows: p.rows, columns: p.inputs)
      let y = Matrix(y.view(0..<p.rows * p.outputs), rows: p.rows, columns: p.outputs)
      if let convolution = p.convolution {
        let bias = bias.view(0..<convolution.shape.outputs)
        convolution.forward(x, bias: bias, into: y)
        convolution.backwardKernel(
          y, input: x, into: weightGradient.view(0..<p.weights), bias: bias)
        if p.product.needsInputGradient { convolution.backwardData(y, into: x) }
      } else {
        let weight = Matrix(weight.view(0..<p.weights), rows: p.outputs, columns: p.inputs)
        let gradient = Matrix(
          weightGradient.view(0..<p.weights), rows: p.outputs, columns: p.inputs)
        multiply(x, weight.transposed, into: y)
        multiply(y.transposed, x, into: gradient)
        if p.product.needsInputGradient { multiply(y, weight, into: x) }
      }
    }
  }
}

extension Product {
  var isConvolution: Bool {
    if case .convolution = kind { true } else { false }
  }

  /// Multiplications and additions in a step, in units of 10⁹.
  func gigaflop(batch: Int) -> Double {
    let passes = needsInputGradient ? 3.0 : 2.0
    return passes * 2 * Double(multiplyAdds * batch) / 1e9
  }
}
