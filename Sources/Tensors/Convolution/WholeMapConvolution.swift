/// A convolution whose kernel is as large as its map: a dense product.
final class WholeMapConvolution: ConvolutionMethod {
  private let map: MapShape
  private let outputs: Int
  private let kernel: AlignedBuffer<Float>
  /// Maps, or their gradients, with channels first, as the kernel has them.
  private let maps: AlignedBuffer<Float>

  /// Whether a convolution is such.
  static func makes(_ shape: Convolution.Shape) -> Bool {
    shape.groups == 1 && shape.padding == 0 && shape.height == shape.kernel
      && shape.width == shape.kernel
  }

  init(_ shape: Convolution.Shape, batch: Int, kernel: AlignedBuffer<Float>) {
    map = MapShape(channels: shape.inputs, height: shape.height, width: shape.width)
    outputs = shape.outputs
    self.kernel = kernel
    maps = AlignedBuffer(count: batch * map.count, repeating: 0)
  }

  /// Reads the kernel where it is.
  func setKernel(_ kernel: AlignedBuffer<Float>) {}

  func forward(_ x: Matrix, bias: UnsafeMutableBufferPointer<Float>, into y: Matrix) {
    multiply(channelsFirst(x), weight(kernel.elements).transposed, into: y)
    y.addToEachRow(bias)
  }

  func backwardData(_ yGradient: Matrix, into xGradient: Matrix) {
    let gradient = Matrix(maps.elements, rows: xGradient.rows, columns: map.count)
    multiply(yGradient, weight(kernel.elements), into: gradient)
    MapSampling.putChannelsLast(gradient, map, into: xGradient)
  }

  func backwardKernel(
    _ yGradient: Matrix, input x: Matrix, into kernelGradient: UnsafeMutableBufferPointer<Float>
  ) {
    multiply(yGradient.transposed, channelsFirst(x), into: weight(kernelGradient))
  }

  private func channelsFirst(_ x: Matrix) -> Matrix {
    let result = Matrix(maps.elements, rows: x.rows, columns: map.count)
    MapSampling.putChannelsFirst(x, map, into: result)
    return result
  }

  private func weight(_ values: UnsafeMutableBufferPointer<Float>) -> Matrix {
    Matrix(values, rows: outputs, columns: map.count)
  }
}
