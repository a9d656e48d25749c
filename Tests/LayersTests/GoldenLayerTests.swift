import Layers
import Tensors
import TestSupport
import Testing

/// Layers against PyTorch in double precision; see `Fixtures/make_network_fixtures.py`.
@Suite struct GoldenLayerTests {
  /// Each golden layer, built by its name.
  private static let builders: [(name: String, build: @Sendable (inout ModelLayout) -> any Layer)] =
    [
      ("layer.conv3x3", convolution(6, 8, 5, 7, kernel: 3, padding: 1)),
      ("layer.conv3x3.valid", convolution(1, 8, 9, 9, kernel: 3)),
      ("layer.conv3x3.stride2", convolution(6, 8, 13, 13, kernel: 3, stride: 2, padding: 1)),
      ("layer.conv1x1.stride2", convolution(6, 8, 13, 13, kernel: 1, stride: 2)),
      ("layer.cell.normal", cell(16, 5, to: 16, .none, units: 2)),
      ("layer.cell.normal.oneUnit", cell(16, 5, to: 16, .none, units: 1)),
      ("layer.cell.down", cell(16, 7, to: 32, .down, units: 2)),
      ("layer.cell.factorised", cell(16, 8, to: 64, .downByPhases, units: 2)),
      ("layer.cell.up", cell(32, 4, to: 16, .up, units: 1)),
      (
        "layer.dense",
        { ResidualDense("dense", width: 24, expansion: 8, dropout: 0.1, in: &$0) }
      ),
      (
        "layer.pool",
        { ConvolutionalPool("pool", MapShape(channels: 16, height: 4, width: 4), in: &$0) }
      ),
    ]

  private static func convolution(
    _ inputs: Int, _ outputs: Int, _ height: Int, _ width: Int, kernel: Int, stride: Int = 1,
    padding: Int = 0
  ) -> @Sendable (inout ModelLayout) -> any Layer {
    let shape = Convolution.Shape(
      inputs: inputs, outputs: outputs, height: height, width: width, kernel: kernel,
      stride: stride, padding: padding)
    return { WeightNormalizedConvolution("conv", shape, in: &$0) }
  }

  private static func cell(
    _ channels: Int, _ side: Int, to outputs: Int, _ resampling: Resampling, units: Int
  ) -> @Sendable (inout ModelLayout) -> any Layer {
    {
      ResidualCell(
        "cell", MapShape(channels: channels, height: side, width: side), channels: outputs,
        resampling, units: units, in: &$0)
    }
  }

  @Test(arguments: builders.map(\.name))
  func outputsAndGradientsAreThoseOfPyTorch(_ name: String) throws {
    let golden = try #require(GoldenLayer.all("layers").first { $0.name == name })
    let builder = try #require(Self.builders.first { $0.name == name })
    var layout = ModelLayout()
    let layer = builder.build(&layout)
    let pass = NetworkPass(layout, capacity: golden.batch)
    let differences = golden.differences(layout, pass, outputs: layer.outputs) { x, y in
      layer.prepare(pass)
      layer.forward(x, into: y, pass)
    } backward: { yGradient, x, xGradient in
      layer.backward(yGradient, input: x, into: xGradient, pass)
    }
    #expect(differences.isEmpty)
  }

  @Test func everyGoldenLayerIsTested() throws {
    #expect(Set(try GoldenLayer.all("layers").map(\.name)) == Set(Self.builders.map(\.name)))
  }

  /// A second pass adds to the parameters' gradients.
  @Test(arguments: builders.map(\.name))
  func aSecondBackwardAddsToTheFirst(_ name: String) throws {
    let golden = try #require(GoldenLayer.all("layers").first { $0.name == name })
    let builder = try #require(Self.builders.first { $0.name == name })
    var layout = ModelLayout()
    let layer = builder.build(&layout)
    let pass = NetworkPass(layout, capacity: golden.batch)
    layout.parameters.initialize(pass.parameters, seed: 1)
    layer.prepare(pass)
    let (x, y, yGradient, xGradient) = golden.buffers(outputs: layer.outputs)
    var sums: [[Float]] = []
    for _ in 0..<2 {
      layer.forward(x.matrix, into: y.matrix, pass)
      for i in yGradient.matrix.elements.indices {
        yGradient.matrix.elements[i] = GoldenFormula.value(2000, i)
      }
      layer.backward(yGradient.matrix, input: x.matrix, into: xGradient.matrix, pass)
      sums.append(Array(pass.gradients.elements))
    }
    let scale = sums[0].reduce(0) { max($0, abs($1)) }
    #expect(scale > 0)
    for (once, twice) in zip(sums[0], sums[1]) {
      #expect(abs(twice - 2 * once) <= 1e-5 * scale)
    }
  }
}

@Suite struct DropoutTests {
  /// A layer whose hidden units all give the same, so that its output counts those kept.
  @Test func dropsTheShareItIsToldAndScalesTheRest() {
    let (rows, columns) = (40, 1000)
    let values = AlignedBuffer<Float>(count: rows * columns, repeating: 3)
    let matrix = Matrix(values.elements, rows: rows, columns: columns)
    let samples = (0..<UInt32(rows)).map { $0 }
    samples.withUnsafeBufferPointer {
      matrix.rectify(
        keep: 0.9, layer: 4,
        noise: SampleNoise(seed: 1, purpose: .latents, step: 2, samples: $0))
    }
    let kept = values.elements.count { $0 != 0 }
    // Five deviations of a binomial law.
    #expect(abs(Double(kept) - 36000) < 5 * (40000 * 0.9 * 0.1).squareRoot())
    for value in values.elements where value != 0 { #expect(abs(value - 3 / 0.9) < 1e-5) }
  }

  @Test func dependsOnSampleLayerAndStepAlone() {
    func dropped(_ samples: [UInt32], layer: Int, step: Int) -> [Float] {
      let values = AlignedBuffer<Float>(count: samples.count * 100, repeating: 1)
      samples.withUnsafeBufferPointer {
        Matrix(values.elements, rows: samples.count, columns: 100).rectify(
          keep: 0.5, layer: layer,
          noise: SampleNoise(seed: 1, purpose: .latents, step: step, samples: $0))
      }
      return Array(values.elements)
    }
    let alone = dropped([7], layer: 1, step: 5)
    #expect(Array(dropped([3, 9, 7], layer: 1, step: 5)[200...]) == alone)
    #expect(dropped([7], layer: 2, step: 5) != alone)
    #expect(dropped([7], layer: 1, step: 6) != alone)
    #expect(dropped([8], layer: 1, step: 5) != alone)
  }

  @Test func gradientsPassWhereValuesWereKept() {
    let values = AlignedBuffer<Float>([-1, 2, 0.5, -3])
    let gradient = AlignedBuffer<Float>([1, 1, 2, 1])
    let matrix = Matrix(values.elements, rows: 1, columns: 4)
    matrix.rectify(keep: 0.8, layer: 0, noise: nil)
    #expect(Array(values.elements) == [0, 2, 0.5, 0])
    matrix.rectifyBackward(Matrix(gradient.elements, rows: 1, columns: 4), scale: 1.25)
    #expect(Array(gradient.elements) == [0, 1.25, 2.5, 0])
  }
}
