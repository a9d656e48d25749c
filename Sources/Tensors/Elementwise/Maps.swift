internal import CKernels

/// The extents of a map: what a sample is between convolutions.
///
/// In memory a sample's values lie as [rows, columns, channels].
public struct MapShape: Hashable, Sendable {
  /// Number of channels.
  public var channels: Int
  /// Number of rows.
  public var height: Int
  /// Number of columns.
  public var width: Int

  /// Describes a map.
  ///
  /// - Parameters:
  ///   - channels: Number of channels.
  ///   - height: Number of rows.
  ///   - width: Number of columns.
  public init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// Number of places in the plane.
  public var positions: Int { height * width }
  /// Number of values.
  public var count: Int { channels * positions }
}

/// Reads maps at other resolutions: nearest resize, and sorting by phase.
public enum MapSampling {
  /// Writes, or adds, x at another resolution: output row i reads input row ⌊i·old/new⌋, columns alike.
  ///
  /// - Parameters:
  ///   - x: Shape [batch, old rows, old columns, channels].
  ///   - old: The extents of a map of x.
  ///   - new: The extents of a map of y, with as many channels.
  ///   - y: Receives the result.
  ///   - adding: Whether y keeps what it holds.
  public static func resize(
    _ x: Matrix, from old: MapShape, to new: MapShape, into y: Matrix, adding: Bool = false
  ) {
    check(x, old)
    check(y, new)
    var resizing = description(x.rows, old, new)
    shoal_resize(&resizing, x.elements.baseAddress, adding ? 1 : 0, y.elements.baseAddress)
  }

  /// Writes ∂loss/∂x of a resize.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y.
  ///   - old: The extents of a map of x.
  ///   - new: The extents of a map of y.
  ///   - xGradient: Receives ∂loss/∂x.
  public static func resizeBackward(
    _ yGradient: Matrix, from old: MapShape, to new: MapShape, into xGradient: Matrix
  ) {
    check(xGradient, old)
    check(yGradient, new)
    var resizing = description(yGradient.rows, old, new)
    shoal_resize_backward(
      &resizing, yGradient.elements.baseAddress, xGradient.elements.baseAddress)
  }

  /// Writes the four phases (0,0), (0,1), (1,0), (1,1) of maps of even extents side by side.
  ///
  /// - Parameters:
  ///   - x: Shape [batch, rows, columns, channels].
  ///   - shape: The extents of a map of x.
  ///   - y: Receives shape [batch, rows/2, columns/2, 4·channels].
  public static func gatherPhases(_ x: Matrix, _ shape: MapShape, into y: Matrix) {
    check(x, shape)
    check(y, shape)
    precondition(shape.height % 2 == 0 && shape.width % 2 == 0, "\(shape) is not even")
    shoal_gather_phases(
      x.rows, shape.height, shape.width, shape.channels, x.elements.baseAddress,
      y.elements.baseAddress)
  }

  /// Writes ∂loss/∂x of ``gatherPhases(_:_:into:)``.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y.
  ///   - shape: The extents of a map of x.
  ///   - xGradient: Receives ∂loss/∂x.
  public static func scatterPhases(_ yGradient: Matrix, _ shape: MapShape, into xGradient: Matrix) {
    check(yGradient, shape)
    check(xGradient, shape)
    xGradient.elements.update(repeating: 0)
    shoal_scatter_phases(
      xGradient.rows, shape.height, shape.width, shape.channels, yGradient.elements.baseAddress,
      xGradient.elements.baseAddress)
  }

  /// Turns [batch, channels, rows, columns] into [batch, rows, columns, channels].
  ///
  /// - Parameters:
  ///   - x: The former.
  ///   - shape: The extents of a map.
  ///   - y: Receives the latter.
  public static func putChannelsLast(_ x: Matrix, _ shape: MapShape, into y: Matrix) {
    check(x, shape)
    check(y, shape)
    shoal_channels_last(
      x.rows, shape.positions, shape.channels, 0, x.elements.baseAddress, y.elements.baseAddress)
  }

  /// Turns [batch, rows, columns, channels] into [batch, channels, rows, columns].
  ///
  /// - Parameters:
  ///   - x: The former.
  ///   - shape: The extents of a map.
  ///   - y: Receives the latter.
  public static func putChannelsFirst(_ x: Matrix, _ shape: MapShape, into y: Matrix) {
    check(x, shape)
    check(y, shape)
    shoal_channels_last(
      x.rows, shape.positions, shape.channels, 1, x.elements.baseAddress, y.elements.baseAddress)
  }

  private static func description(
    _ batch: Int, _ old: MapShape, _ new: MapShape
  ) -> shoal_resizing {
    precondition(old.channels == new.channels, "\(old) cannot be resized to \(new)")
    return shoal_resizing(
      batch: batch, channels: old.channels, height: old.height, width: old.width,
      new_height: new.height, new_width: new.width)
  }

  private static func check(_ x: Matrix, _ shape: MapShape) {
    precondition(x.columns == shape.count, "\(x.columns) values are not \(shape)")
  }
}
