public import Tensors

/// A residual cell: y = skip(x) + gate·(some units of swish and convolution)(x).
///
/// Each unit is a swish and a weight-normalised 3×3 convolution; the first changes channels and
/// resolution. The gate is a ``SqueezeExcitation``. Source: Vahdat & Kautz, "NVAE", NeurIPS 2020,
/// as the published code of Vafaii, Galor & Yates (2024) has it.
public struct ResidualCell: Layer {
  /// The map that comes out.
  public let outputShape: MapShape
  private let inputShape: MapShape
  private let resampling: Resampling
  private let units: [Unit]
  private let gate: SqueezeExcitation
  private let skip: WeightNormalizedConvolution?
  /// The skip path's map where the convolution does not give it in its final place: before it is
  /// enlarged, or the phases that it is made from.
  private let skipMap: Activation?

  private struct Unit {
    let convolution: WeightNormalizedConvolution
    /// swish of the unit's input.
    let active: Activation
    let output: Activation
  }

  /// Adds a cell to a model.
  ///
  /// - Parameters:
  ///   - name: The cell's name.
  ///   - input: The map that goes in.
  ///   - channels: Channels of the map that comes out.
  ///   - resampling: What the cell does to the resolution.
  ///   - units: Number of units.
  ///   - layout: Where its parameters and activations are added.
  public init(
    _ name: String, _ input: MapShape, channels: Int, _ resampling: Resampling, units: Int,
    in layout: inout ModelLayout
  ) {
    inputShape = input
    self.resampling = resampling
    let output = ResidualCell.outputShape(of: input, channels: channels, resampling)
    outputShape = output
    let isDown = resampling == .down || resampling == .downByPhases
    var source = input
    var built: [Unit] = []
    for number in 1...units {
      let isFirst = number == 1
      let shape = Convolution.Shape(
        inputs: source.channels, outputs: channels, height: source.height, width: source.width,
        kernel: 3, stride: isFirst && isDown ? 2 : 1, padding: 1,
        isUpsampling: isFirst && resampling == .up)
      built.append(
        Unit(
          convolution: WeightNormalizedConvolution("\(name).unit\(number)", shape, in: &layout),
          active: layout.activations.add(source.count),
          output: layout.activations.add(output.count)))
      source = output
    }
    self.units = built
    gate = SqueezeExcitation(name, output, in: &layout)
    (skip, skipMap) = ResidualCell.skip(
      "\(name).skip", from: input, to: output, resampling, in: &layout)
  }

  private static func outputShape(
    of input: MapShape, channels: Int, _ resampling: Resampling
  ) -> MapShape {
    switch resampling {
    case .none: MapShape(channels: channels, height: input.height, width: input.width)
    case .up: MapShape(channels: channels, height: 2 * input.height, width: 2 * input.width)
    case .down, .downByPhases:
      MapShape(
        channels: channels, height: (input.height + 1) / 2, width: (input.width + 1) / 2)
    }
  }

  private static func skip(
    _ name: String, from input: MapShape, to output: MapShape, _ resampling: Resampling,
    in layout: inout ModelLayout
  ) -> (WeightNormalizedConvolution?, Activation?) {
    var shape = Convolution.Shape(
      inputs: input.channels, outputs: output.channels, height: input.height, width: input.width,
      kernel: 1)
    var map: Activation?
    switch resampling {
    case .none:
      precondition(input.channels == output.channels, "an identity cannot change channels")
      return (nil, nil)
    case .down: shape.stride = 2
    case .downByPhases:
      shape = Convolution.Shape(
        inputs: 4 * input.channels, outputs: output.channels, groups: 4, height: output.height,
        width: output.width, kernel: 1)
      map = layout.activations.add(input.count)
    case .up:
      // A 1×1 convolution and repeating positions commute: it is made at the low resolution.
      map = layout.activations.add(output.channels * input.positions)
    }
    return (WeightNormalizedConvolution(name, shape, in: &layout), map)
  }

  /// Values of an output.
  public var outputs: Int { outputShape.count }

  /// Where the first unit's parameters begin.
  public var parameterStart: Int? { units[0].convolution.parameterStart }

  /// The convolutions of the units and of the skip path, and the gate's products.
  public var products: [Product] {
    units.flatMap(\.convolution.products) + gate.products + (skip?.products ?? [])
  }

  /// Works out the effective kernels.
  ///
  /// - Parameter pass: The parameters.
  public func prepare(_ pass: NetworkPass) {
    for unit in units { unit.convolution.prepare(pass) }
    skip?.prepare(pass)
  }

  /// Writes y, shape [batch, rows, columns, channels].
  ///
  /// - Parameters:
  ///   - x: Shape [batch, rows, columns, channels].
  ///   - y: Receives the outputs.
  ///   - pass: Parameters and memory.
  public func forward(_ x: Matrix, into y: Matrix, _ pass: NetworkPass) {
    var source = x
    for unit in units {
      let active = pass[unit.active, rows: x.rows]
      source.swish(into: active)
      let output = pass[unit.output, rows: x.rows]
      unit.convolution.forward(active, into: output, pass)
      source = output
    }
    writeSkip(x, into: y, pass)
    gate.addGated(source, to: y, pass)
  }

  /// The output's channels at the input's resolution.
  private var smallShape: MapShape {
    MapShape(
      channels: outputShape.channels, height: inputShape.height, width: inputShape.width)
  }

  private func writeSkip(_ x: Matrix, into y: Matrix, _ pass: NetworkPass) {
    guard let skip else { return y.copy(x) }
    let active = pass[units[0].active, rows: x.rows]
    guard let skipMap else { return skip.forward(active, into: y, pass) }
    let map = pass[skipMap, rows: x.rows]
    if resampling == .up {
      skip.forward(x, into: map, pass)
      MapSampling.resize(map, from: smallShape, to: outputShape, into: y)
    } else {
      MapSampling.gatherPhases(active, inputShape, into: map)
      skip.forward(map, into: y, pass)
    }
  }

  /// Adds the gradients of all parameters; activations are overwritten by their gradients.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y.
  ///   - x: The input that `forward` had.
  ///   - xGradient: Receives ∂loss/∂x; may not be `nil`, since no network begins with a cell.
  ///   - pass: Parameters and memory.
  public func backward(
    _ yGradient: Matrix, input x: Matrix, into xGradient: Matrix?, _ pass: NetworkPass
  ) {
    guard let xGradient else { preconditionFailure("a cell is never a first layer") }
    for (number, unit) in units.enumerated().reversed() {
      let output = pass[unit.output, rows: x.rows]
      if number == units.count - 1 { gate.backward(yGradient, replacing: output, pass) }
      if number == 0 { writeSkipGradient(yGradient, x, into: xGradient, pass) }
      let active = pass[unit.active, rows: x.rows]
      unit.convolution.backward(output, input: active, into: active, pass)
      if number > 0 {
        let before = pass[units[number - 1].output, rows: x.rows]
        before.swishBackward(active, into: before)
      } else if skipReadsActive {
        active.add(xGradient)
        x.swishBackward(active, into: xGradient)
      } else {
        x.swishBackward(active, into: xGradient, adding: true)
      }
    }
  }

  /// Whether the skip path begins with the first unit's swish.
  private var skipReadsActive: Bool { resampling == .down || resampling == .downByPhases }

  /// Writes the skip path's part of ∂loss/∂x, or of the gradient of swish(x) where it begins there.
  private func writeSkipGradient(
    _ yGradient: Matrix, _ x: Matrix, into xGradient: Matrix, _ pass: NetworkPass
  ) {
    guard let skip else { return xGradient.copy(yGradient) }
    guard let skipMap else {
      let active = pass[units[0].active, rows: x.rows]
      return skip.backward(yGradient, input: active, into: xGradient, pass)
    }
    let map = pass[skipMap, rows: x.rows]
    if resampling == .up {
      MapSampling.resizeBackward(yGradient, from: smallShape, to: outputShape, into: map)
      skip.backward(map, input: x, into: xGradient, pass)
    } else {
      skip.backward(yGradient, input: map, into: map, pass)
      MapSampling.scatterPhases(map, inputShape, into: xGradient)
    }
  }
}
