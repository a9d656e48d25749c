public import Tensors

/// Small pictures of equal size, in numbers of any range, that somebody else owns.
public struct ImageTiles {
  /// Number of pictures.
  public let count: Int
  /// Rows of pixels in a picture.
  public let height: Int
  /// Pixels in a row.
  public let width: Int
  private let elements: UnsafeBufferPointer<Float>
  private let tileStride: Int
  private let pixelStride: Int

  /// Views each row of a matrix as a picture: a batch of samples.
  ///
  /// - Parameters:
  ///   - matrix: Shape [pictures, height · width]; must outlive the view.
  ///   - height: Rows of pixels in a picture.
  ///   - width: Pixels in a row.
  public init(rowsOf matrix: Matrix, height: Int, width: Int) {
    Self.check(pixels: matrix.columns, height, width)
    count = matrix.rows
    self.height = height
    self.width = width
    elements = UnsafeBufferPointer(matrix.elements)
    tileStride = matrix.columns
    pixelStride = 1
  }

  /// Views each column of a matrix as a picture: the elements of a linear decoder's dictionary.
  ///
  /// - Parameters:
  ///   - matrix: Shape [height · width, pictures]; must outlive the view.
  ///   - height: Rows of pixels in a picture.
  ///   - width: Pixels in a row.
  public init(columnsOf matrix: Matrix, height: Int, width: Int) {
    Self.check(pixels: matrix.rows, height, width)
    count = matrix.columns
    self.height = height
    self.width = width
    elements = UnsafeBufferPointer(matrix.elements)
    tileStride = 1
    pixelStride = matrix.columns
  }

  /// One number of one picture.
  func value(_ tile: Int, _ row: Int, _ column: Int) -> Float {
    elements[tile * tileStride + (row * width + column) * pixelStride]
  }

  /// The finite numbers' extremes in one picture; `nil` where none is finite.
  func range(of tile: Int) -> ClosedRange<Float>? {
    var range: ClosedRange<Float>?
    for row in 0..<height {
      for column in 0..<width {
        let value = value(tile, row, column)
        guard value.isFinite else { continue }
        guard let known = range else {
          range = value...value
          continue
        }
        range = min(known.lowerBound, value)...max(known.upperBound, value)
      }
    }
    return range
  }

  /// The finite numbers' extremes in all pictures; `nil` where none is finite.
  var commonRange: ClosedRange<Float>? {
    let ranges = (0..<count).compactMap(range)
    guard let lower = ranges.map(\.lowerBound).min(), let upper = ranges.map(\.upperBound).max()
    else { return nil }
    return lower...upper
  }

  private static func check(pixels: Int, _ height: Int, _ width: Int) {
    precondition(
      height > 0 && width > 0 && pixels == height * width,
      "\(pixels) numbers are no picture of [\(height), \(width)]")
  }
}
