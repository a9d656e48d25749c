import Tensors
import TestSupport
import Testing

/// Every way to make a convolution against plain loops in `Double`.
@Suite struct ConvolutionTests {
  /// Channels that fill blocks of vectors and that do not, odd and even maps, all ways.
  static let shapes: [Convolution.Shape] = [
    Convolution.Shape(inputs: 3, outputs: 5, height: 5, width: 7, kernel: 3, padding: 1),
    Convolution.Shape(inputs: 16, outputs: 32, height: 8, width: 7, kernel: 3, padding: 1),
    Convolution.Shape(
      inputs: 32, outputs: 48, height: 7, width: 7, kernel: 3, stride: 2, padding: 1),
    Convolution.Shape(inputs: 1, outputs: 32, height: 6, width: 6, kernel: 3),
    Convolution.Shape(inputs: 17, outputs: 16, height: 5, width: 5, kernel: 4),
    Convolution.Shape(
      inputs: 64, outputs: 32, height: 6, width: 5, kernel: 4, stride: 2, padding: 1),
    Convolution.Shape(inputs: 32, outputs: 16, height: 5, width: 5, kernel: 1),
    Convolution.Shape(inputs: 16, outputs: 1, height: 5, width: 5, kernel: 1),
    Convolution.Shape(inputs: 32, outputs: 32, groups: 4, height: 3, width: 3, kernel: 1),
    Convolution.Shape(
      inputs: 12, outputs: 6, groups: 2, height: 4, width: 5, kernel: 3, padding: 1),
    // Much of the kernel on the zeros around.
    Convolution.Shape(inputs: 16, outputs: 48, height: 4, width: 4, kernel: 3, padding: 1),
    Convolution.Shape(inputs: 32, outputs: 16, height: 2, width: 2, kernel: 3, padding: 1),
    Convolution.Shape(inputs: 7, outputs: 5, height: 3, width: 2, kernel: 5, padding: 2),
    // As large as the map.
    Convolution.Shape(inputs: 16, outputs: 32, height: 4, width: 4, kernel: 4),
    Convolution.Shape(inputs: 5, outputs: 3, height: 3, width: 3, kernel: 3),
    Convolution.Shape(inputs: 6, outputs: 4, groups: 2, height: 3, width: 3, kernel: 3),
    // Of an enlarged map.
    Convolution.Shape(
      inputs: 3, outputs: 5, height: 1, width: 1, kernel: 3, padding: 1, isUpsampling: true),
    Convolution.Shape(
      inputs: 16, outputs: 8, height: 3, width: 5, kernel: 3, padding: 1, isUpsampling: true),
    Convolution.Shape(
      inputs: 32, outputs: 16, height: 2, width: 2, kernel: 3, padding: 1, isUpsampling: true),
    Convolution.Shape(
      inputs: 48, outputs: 33, height: 4, width: 3, kernel: 3, padding: 1, isUpsampling: true),
  ]

  @Test(arguments: shapes)
  func isWhatPlainLoopsMake(_ shape: Convolution.Shape) {
    let case3 = Case(shape, batch: 3)
    let loops = case3.loops()
    let convolution = Convolution(shape)
    // Nothing of an earlier kernel may be left.
    for position in [9, 3] {
      case3.fill(convolution.kernel.elements, position)
      convolution.kernelChanged()
      convolution.forward(case3.x, bias: case3.bias.elements, into: case3.y)
    }
    #expect(loops.output.mismatch(case3.y.elements) == nil)
    let kernelGradient = case3.noNumbers(convolution.kernel.elements.count)
    let biasGradient = case3.noNumbers(shape.outputs)
    convolution.backwardKernel(
      case3.yGradient, input: case3.x, into: kernelGradient.elements, bias: biasGradient.elements)
    #expect(loops.kernelGradient.mismatch(kernelGradient.elements) == nil)
    #expect(loops.biasGradient.mismatch(biasGradient.elements) == nil)
    convolution.backwardData(case3.yGradient, into: case3.xGradient)
    #expect(loops.inputGradient.mismatch(case3.xGradient.elements) == nil)
  }

  @Test(arguments: shapes)
  func anImageHasTheSameBitsInBatchesOfItsSizeWhateverWasComputedBefore(
    _ shape: Convolution.Shape
  ) {
    let (small, large) = (Case(shape, batch: 2), Case(shape, batch: 5))
    let convolution = Convolution(shape)
    small.fill(convolution.kernel.elements, 3)
    convolution.kernelChanged()
    func bits() -> [UInt32] {
      let kernelGradient = small.noNumbers(convolution.kernel.elements.count)
      let biasGradient = small.noNumbers(shape.outputs)
      convolution.forward(small.x, bias: small.bias.elements, into: small.y)
      convolution.backwardKernel(
        small.yGradient, input: small.x, into: kernelGradient.elements, bias: biasGradient.elements)
      convolution.backwardData(small.yGradient, into: small.xGradient)
      return [
        small.y.elements, kernelGradient.elements, biasGradient.elements, small.xGradient.elements,
      ].flatMap { $0.map(\.bitPattern) }
    }
    let first = bits()
    convolution.forward(large.x, bias: large.bias.elements, into: large.y)
    convolution.backwardData(large.yGradient, into: large.xGradient)
    #expect(bits() == first)
  }

  @Test func upsamplingIsTheConvolutionOfAResizedMap() {
    let small = MapShape(channels: 6, height: 5, width: 3)
    let large = MapShape(channels: 6, height: 10, width: 6)
    let shape = Convolution.Shape(
      inputs: 6, outputs: 4, height: 5, width: 3, kernel: 3, padding: 1, isUpsampling: true)
    let plain = Case(
      Convolution.Shape(inputs: 6, outputs: 4, height: 10, width: 6, kernel: 3, padding: 1),
      batch: 2)
    let upsampling = Case(shape, batch: 2)
    MapSampling.resize(upsampling.x, from: small, to: large, into: plain.x)
    let convolution = Convolution(shape)
    upsampling.fill(convolution.kernel.elements, 3)
    convolution.forward(upsampling.x, bias: upsampling.bias.elements, into: upsampling.y)
    #expect(plain.loops().output.mismatch(upsampling.y.elements) == nil)
  }

  @Test func upsamplingCountsTheProductsThatAreMade() {
    let shape = Convolution.Shape(
      inputs: 8, outputs: 4, height: 5, width: 3, kernel: 3, padding: 1, isUpsampling: true)
    #expect((shape.outputHeight, shape.outputWidth) == (10, 6))
    #expect(shape.kernelShape == [4, 8, 3, 3])
    // Four of an output, not nine.
    #expect(shape.multiplyAdds == 60 * 4 * 8 * 4)
  }
}

/// A shape with numbers for everything that goes in, and room for what comes out.
private struct Case {
  let shape: Convolution.Shape
  let x: Matrix
  let y: Matrix
  let yGradient: Matrix
  let xGradient: Matrix
  let bias: AlignedBuffer<Float>
  private let storage: [AlignedBuffer<Float>]

  init(_ shape: Convolution.Shape, batch: Int) {
    self.shape = shape
    var storage: [AlignedBuffer<Float>] = []
    func matrix(_ columns: Int) -> Matrix {
      let buffer = AlignedBuffer<Float>(count: batch * columns, repeating: .nan)
      storage.append(buffer)
      return Matrix(buffer.elements, rows: batch, columns: columns)
    }
    let inputs = shape.height * shape.width * shape.inputs
    let outputs = shape.outputHeight * shape.outputWidth * shape.outputs
    (x, xGradient, y, yGradient) = (
      matrix(inputs), matrix(inputs), matrix(outputs), matrix(outputs)
    )
    bias = AlignedBuffer(count: shape.outputs, repeating: 0)
    self.storage = storage
    fill(x.elements, 1)
    fill(yGradient.elements, 2)
    fill(bias.elements, 4)
  }

  func fill(_ elements: UnsafeMutableBufferPointer<Float>, _ position: Int) {
    for i in elements.indices { elements[i] = GoldenFormula.value(position, i) }
  }

  func noNumbers(_ count: Int) -> AlignedBuffer<Float> {
    AlignedBuffer(count: count, repeating: .nan)
  }

  /// Sums in `Double`, with the sums of their terms' magnitudes and the number of these.
  struct Sums {
    var values: [Double]
    var magnitudes: [Double]
    var terms: [Int]

    init(_ count: Int) {
      values = Array(repeating: 0, count: count)
      magnitudes = values
      terms = Array(repeating: 0, count: count)
    }

    mutating func add(_ term: Double, to index: Int) {
      values[index] += term
      magnitudes[index] += abs(term)
      terms[index] += 1
    }

    /// Floats differ by at most (n + 4)·2⁻²⁴ of the terms' magnitudes: n additions, a product, and
    /// up to three additions in a kernel of an enlarged map.
    func mismatch(_ found: UnsafeMutableBufferPointer<Float>) -> String? {
      guard found.count == values.count else { return "\(found.count) values" }
      for (i, value) in found.enumerated() {
        let bound = Double(terms[i] + 4) * 0x1p-24 * magnitudes[i]
        if !(abs(Double(value) - values[i]) <= bound) {
          return "value \(i) is \(value), expected \(values[i]) ± \(bound)"
        }
      }
      return nil
    }
  }

  /// Output and gradients, for the kernel that ``fill(_:_:)`` makes at 3.
  func loops() -> (output: Sums, kernelGradient: Sums, biasGradient: Sums, inputGradient: Sums) {
    let s = shape
    let (groupInputs, groupOutputs) = (s.inputs / s.groups, s.outputs / s.groups)
    let scale = s.isUpsampling ? 2 : 1
    var output = Sums(y.elements.count)
    var kernelGradient = Sums(s.kernelShape.reduce(1, *))
    var biasGradient = Sums(s.outputs)
    var inputGradient = Sums(x.elements.count)
    for image in 0..<x.rows {
      for row in 0..<s.outputHeight {
        for column in 0..<s.outputWidth {
          for o in 0..<s.outputs {
            let place = ((image * s.outputHeight + row) * s.outputWidth + column) * s.outputs + o
            let gradient = Double(yGradient.elements[place])
            output.add(Double(bias.elements[o]), to: place)
            biasGradient.add(gradient, to: o)
            for (u, v) in positions(s.kernel) {
              let (r, c) = (row * s.stride + u - s.padding, column * s.stride + v - s.padding)
              guard (0..<scale * s.height).contains(r), (0..<scale * s.width).contains(c) else {
                continue
              }
              for i in 0..<groupInputs {
                let channel = o / groupOutputs * groupInputs + i
                let source =
                  ((image * s.height + r / scale) * s.width + c / scale) * s.inputs + channel
                let weight = ((o * groupInputs + i) * s.kernel + u) * s.kernel + v
                let w = Double(GoldenFormula.value(3, weight))
                let value = Double(x.elements[source])
                output.add(w * value, to: place)
                kernelGradient.add(gradient * value, to: weight)
                inputGradient.add(gradient * w, to: source)
              }
            }
          }
        }
      }
    }
    return (output, kernelGradient, biasGradient, inputGradient)
  }

  private func positions(_ kernel: Int) -> [(Int, Int)] {
    (0..<kernel * kernel).map { ($0 / kernel, $0 % kernel) }
  }
}
