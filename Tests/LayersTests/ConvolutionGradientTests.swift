import Layers
import Tensors
import TestSupport
import Testing

/// Weight-normalised convolutions, made each way, against central differences.
@Suite struct ConvolutionGradientTests {
  static let shapes = [
    Convolution.Shape(inputs: 4, outputs: 3, height: 3, width: 5, kernel: 3, padding: 1),
    Convolution.Shape(inputs: 4, outputs: 3, height: 3, width: 3, kernel: 3),
    Convolution.Shape(
      inputs: 4, outputs: 3, height: 3, width: 2, kernel: 3, padding: 1, isUpsampling: true),
  ]

  @Test(arguments: shapes)
  func backwardMatchesCentralDifferences(_ shape: Convolution.Shape) {
    var layout = ModelLayout()
    let layer = WeightNormalizedConvolution("conv", shape, in: &layout)
    let pass = NetworkPass(layout, capacity: 2)
    layout.parameters.initialize(pass.parameters, seed: 5)
    for i in pass[layer.logGain].value.indices {
      pass[layer.logGain].value[i] = GoldenFormula.value(7, i)
    }
    func matrix(_ columns: Int, _ position: Int) -> (AlignedBuffer<Float>, Matrix) {
      let buffer = AlignedBuffer((0..<2 * columns).map { GoldenFormula.value(position, $0) })
      return (buffer, Matrix(buffer.elements, rows: 2, columns: columns))
    }
    let (x, xMatrix) = matrix(shape.height * shape.width * shape.inputs, 1)
    let (y, yMatrix) = matrix(layer.outputs, 2)
    let (yGradient, yGradientMatrix) = matrix(layer.outputs, 3)
    let (xGradient, xGradientMatrix) = matrix(shape.height * shape.width * shape.inputs, 4)
    func loss() -> Double {
      layer.prepare(pass)
      layer.forward(xMatrix, into: yMatrix, pass)
      return zip(y.elements, yGradient.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let numerical = numericalGradient(by: pass.parameters.elements, of: loss)
    let numericalInput = numericalGradient(by: x.elements, of: loss)
    _ = loss()
    layer.backward(yGradientMatrix, input: xMatrix, into: xGradientMatrix, pass)
    let tolerance = Tolerance(
      absolute: 2e-3, relative: 2e-3,
      because: "outputs of size 1 have 24 bits, over a step of 1e-2; h² of e^g is 1e-4")
    #expect(mismatch(pass.gradients.elements, numerical, within: tolerance) == nil)
    #expect(mismatch(xGradient.elements, numericalInput, within: tolerance) == nil)
  }
}
