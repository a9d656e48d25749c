import Layers
import Tensors
import TestSupport
import Testing

@Suite struct LinearTests {
  /// A layer from three inputs to two outputs, with memory of its own.
  private struct Fixture {
    let layer: Linear
    let values: AlignedBuffer<Float>
    let gradients: AlignedBuffer<Float>
    let layout: ParameterLayout
    let x = AlignedBuffer<Float>(count: 12, repeating: 0)
    let y = AlignedBuffer<Float>(count: 8, repeating: 0)

    init(hasBias: Bool) {
      var layout = ParameterLayout()
      let weight = layout.add("linear/weight", shape: [2, 3])
      let bias = hasBias ? layout.add("linear/bias", shape: [2]) : nil
      values = AlignedBuffer(count: layout.count, repeating: 0)
      gradients = AlignedBuffer(count: layout.count, repeating: 0)
      self.layout = layout
      var stream = RandomStream(seed: 1, purpose: .initialization)
      fillNormal(values.elements, deviation: 1, from: &stream)
      fillNormal(x.elements, deviation: 1, from: &stream)
      let (values, gradients) = (values, gradients)
      layer = Linear(
        weight: Parameter(weight, in: values, gradients: gradients),
        bias: bias.map { Parameter($0, in: values, gradients: gradients) })
    }

    var input: Matrix { Matrix(x.elements, rows: 4, columns: 3) }
    var output: Matrix { Matrix(y.elements, rows: 4, columns: 2) }

    /// Σ y³/3, whose gradient with respect to y is y².
    func loss() -> Double {
      layer.forward(input, into: output)
      return y.elements.reduce(0.0) { $0 + Double($1) * Double($1) * Double($1) / 3 }
    }
  }

  @Test func forwardMatchesAHandComputation() {
    let fixture = Fixture(hasBias: true)
    for (i, value) in [Float](arrayLiteral: 1, 2, 3, -1, 0, 1).enumerated() {
      fixture.layer.weight.value[i] = value
    }
    fixture.layer.bias?.value[0] = 10
    fixture.layer.bias?.value[1] = 20
    for i in 0..<12 { fixture.x.elements[i] = Float(i) }
    fixture.layer.forward(fixture.input, into: fixture.output)
    // Rows 0 1 2, 3 4 5, 6 7 8 and 9 10 11 times [1 2 3] and [−1 0 1].
    #expect(Array(fixture.y.elements) == [18, 22, 36, 22, 54, 22, 72, 22])
  }

  @Test(arguments: [false, true]) func backwardMatchesCentralDifferences(_ hasBias: Bool) {
    let fixture = Fixture(hasBias: hasBias)
    _ = fixture.loss()
    let yGradient = AlignedBuffer<Float>(count: 8, repeating: 0)
    for i in 0..<8 { yGradient.elements[i] = fixture.y.elements[i] * fixture.y.elements[i] }
    let xGradient = AlignedBuffer<Float>(count: 12, repeating: 0)
    fixture.layer.backward(
      Matrix(yGradient.elements, rows: 4, columns: 2), input: fixture.input,
      into: Matrix(xGradient.elements, rows: 4, columns: 3))
    for (values, gradient) in [
      (fixture.values.elements, fixture.gradients.elements),
      (fixture.x.elements, xGradient.elements),
    ] {
      for i in values.indices {
        let value = values[i]
        values[i] = value + 0x1p-7
        let above = fixture.loss()
        values[i] = value - 0x1p-7
        let below = fixture.loss()
        values[i] = value
        // The loss is cubic: the difference is off by its third derivative times 2⁻¹⁴/6.
        #expect(abs(Double(gradient[i]) - (above - below) * 0x1p6) < 2e-3)
      }
    }
  }

  @Test func aSecondBackwardAddsToTheFirst() {
    let fixture = Fixture(hasBias: true)
    let yGradient = Matrix(fixture.y.elements, rows: 4, columns: 2)
    _ = fixture.loss()
    fixture.layer.backward(yGradient, input: fixture.input, into: nil)
    let once = Array(fixture.gradients.elements)
    fixture.layer.backward(yGradient, input: fixture.input, into: nil)
    for (twice, once) in zip(fixture.gradients.elements, once) {
      #expect(abs(twice - 2 * once) < 1e-5)
    }
  }

  @Test func parametersOfALayoutStartAtWholeCacheLines() {
    var layout = ParameterLayout()
    layout.add("a/weight", shape: [3, 5])
    layout.add("b/weight", shape: [17])
    layout.add("c/weight", shape: [1])
    #expect(layout.entries.map(\.range) == [0..<15, 16..<33, 48..<49])
    #expect(layout.count == 64)
    #expect(layout.parameterCount == 33)
  }
}
