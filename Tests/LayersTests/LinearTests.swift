import Layers
import Tensors
import TestSupport
import Testing

@Suite struct LinearTests {
  @Test func forwardMatchesAHandComputation() {
    var layout = ModelLayout()
    let layer = Linear("linear", inputs: 3, outputs: 2, hasBias: true, in: &layout)
    let pass = NetworkPass(layout, capacity: 4)
    for (i, value) in [Float](arrayLiteral: 1, 2, 3, -1, 0, 1).enumerated() {
      pass[layer.weight].value[i] = value
    }
    layer.bias.map { pass[$0].value[0] = 10 }
    layer.bias.map { pass[$0].value[1] = 20 }
    let x = AlignedBuffer((0..<12).map { Float($0) })
    let y = AlignedBuffer<Float>(count: 8, repeating: 0)
    layer.forward(
      Matrix(x.elements, rows: 4, columns: 3), into: Matrix(y.elements, rows: 4, columns: 2), pass)
    // Rows 0 1 2, 3 4 5, 6 7 8 and 9 10 11 times [1 2 3] and [−1 0 1].
    #expect(Array(y.elements) == [18, 22, 36, 22, 54, 22, 72, 22])
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

  @Test func initialValuesHaveTheirLaws() {
    var layout = ParameterLayout()
    layout.add("a/weight", shape: [100, 100], initial: .normal(deviation: 0.05))
    layout.add("a/bias", shape: [40], initial: .constant(1))
    layout.add("b/weight", shape: [100, 64], initial: .uniform(inputs: 64))
    let values = AlignedBuffer<Float>(count: layout.count, repeating: 0)
    layout.initialize(values, seed: 4)
    func moments(_ index: Int) -> (mean: Double, deviation: Double, largest: Float) {
      let numbers = values.view(layout.entries[index].range)
      let count = Double(numbers.count)
      let mean = numbers.reduce(0.0) { $0 + Double($1) } / count
      let variance = numbers.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
      return (mean, variance.squareRoot(), numbers.reduce(0) { max($0, abs($1)) })
    }
    let (normal, constant, uniform) = (moments(0), moments(1), moments(2))
    // Five standard errors of ten thousand, and of 6400, numbers.
    #expect(abs(normal.mean) < 0.0025 && abs(normal.deviation - 0.05) < 0.002)
    #expect(constant.mean == 1 && constant.deviation == 0)
    #expect(abs(uniform.mean) < 0.005 && uniform.largest <= 0.125 && uniform.largest > 0.124)
    #expect(abs(uniform.deviation - 0.125 / 3.0.squareRoot()) < 0.003)
  }
}
