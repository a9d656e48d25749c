public import Tensors

/// The activation x/(1 + e^−x) as a layer of its own.
///
/// Source: Ramachandran, Zoph & Le, 2017.
public struct Swish: Layer {
  /// Values of an output.
  public let outputs: Int

  /// Makes the layer.
  ///
  /// - Parameter width: Values of an input.
  public init(width: Int) { outputs = width }

  /// Writes swish(x).
  ///
  /// - Parameters:
  ///   - x: The inputs.
  ///   - y: Receives the outputs.
  ///   - pass: Not used.
  public func forward(_ x: Matrix, into y: Matrix, _ pass: NetworkPass) { x.swish(into: y) }

  /// Writes ∂loss/∂x.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y.
  ///   - x: The input that `forward` had.
  ///   - xGradient: Receives ∂loss/∂x.
  ///   - pass: Not used.
  public func backward(
    _ yGradient: Matrix, input x: Matrix, into xGradient: Matrix?, _ pass: NetworkPass
  ) {
    if let xGradient { x.swishBackward(yGradient, into: xGradient) }
  }
}

/// Nearest resize of a map to another resolution.
public struct Resize: Layer {
  private let old: MapShape
  private let new: MapShape

  /// Makes the layer.
  ///
  /// - Parameters:
  ///   - old: The map that goes in.
  ///   - new: The map that comes out.
  public init(from old: MapShape, to new: MapShape) {
    self.old = old
    self.new = new
  }

  /// Values of an output.
  public var outputs: Int { new.count }

  /// Writes the resized maps.
  ///
  /// - Parameters:
  ///   - x: The inputs.
  ///   - y: Receives the outputs.
  ///   - pass: Not used.
  public func forward(_ x: Matrix, into y: Matrix, _ pass: NetworkPass) {
    MapSampling.resize(x, from: old, to: new, into: y)
  }

  /// Writes ∂loss/∂x.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y.
  ///   - x: Not used.
  ///   - xGradient: Receives ∂loss/∂x.
  ///   - pass: Not used.
  public func backward(
    _ yGradient: Matrix, input x: Matrix, into xGradient: Matrix?, _ pass: NetworkPass
  ) {
    if let xGradient { MapSampling.resizeBackward(yGradient, from: old, to: new, into: xGradient) }
  }
}

/// Reads a dense layer's outputs as a map whose values lie as [channels, rows, columns].
///
/// That is the field's order, so that the dense layer's weights mean the same elsewhere.
public struct Unflatten: Layer {
  private let shape: MapShape

  /// Makes the layer.
  ///
  /// - Parameter shape: The map.
  public init(_ shape: MapShape) { self.shape = shape }

  /// Values of an output.
  public var outputs: Int { shape.count }

  /// Writes the maps.
  ///
  /// - Parameters:
  ///   - x: The inputs.
  ///   - y: Receives the outputs.
  ///   - pass: Not used.
  public func forward(_ x: Matrix, into y: Matrix, _ pass: NetworkPass) {
    MapSampling.putChannelsLast(x, shape, into: y)
  }

  /// Writes ∂loss/∂x.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y.
  ///   - x: Not used.
  ///   - xGradient: Receives ∂loss/∂x.
  ///   - pass: Not used.
  public func backward(
    _ yGradient: Matrix, input x: Matrix, into xGradient: Matrix?, _ pass: NetworkPass
  ) {
    if let xGradient { MapSampling.putChannelsFirst(yGradient, shape, into: xGradient) }
  }
}
