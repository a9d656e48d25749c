/// A picture of 8-bit gray levels, 0 black and 255 white.
public struct GrayImage: Equatable, Sendable {
  /// Pixels in a row.
  public let width: Int
  /// Number of rows.
  public let height: Int
  /// The gray levels, row by row from the top, shape [height, width].
  public private(set) var pixels: [UInt8]

  /// A picture of one gray level.
  ///
  /// - Parameters:
  ///   - width: Pixels in a row, at least 1.
  ///   - height: Number of rows, at least 1.
  ///   - level: The level of every pixel.
  public init(width: Int, height: Int, level: UInt8) {
    precondition(width > 0 && height > 0, "\(width)×\(height) pixels")
    self.width = width
    self.height = height
    pixels = [UInt8](repeating: level, count: width * height)
  }

  /// The gray level of a pixel.
  ///
  /// - Parameters:
  ///   - row: In `0..<height`, from the top.
  ///   - column: In `0..<width`, from the left.
  /// - Returns: The level.
  public subscript(row: Int, column: Int) -> UInt8 {
    get { pixels[index(row, column)] }
    set { pixels[index(row, column)] = newValue }
  }

  /// Enlarges the picture, each pixel becoming a square of its level.
  ///
  /// - Parameter factor: Side of the square, at least 1.
  /// - Returns: A picture `factor` times as wide and as high.
  public func magnified(by factor: Int) -> GrayImage {
    precondition(factor > 0, "magnification by \(factor)")
    var image = GrayImage(width: width * factor, height: height * factor, level: 0)
    for row in 0..<image.height {
      for column in 0..<image.width {
        image[row, column] = self[row / factor, column / factor]
      }
    }
    return image
  }

  /// Writes the picture as PNG; a file of that name is replaced at once.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``ReportingError`` with libpng's words.
  public func writePNG(to path: String) throws(ReportingError) {
    try PNGFile.write(pixels, width: width, format: .gray, to: path)
  }

  /// The picture as PNG.
  ///
  /// - Returns: The bytes of a file.
  /// - Throws: ``ReportingError`` with libpng's words.
  public func pngBytes() throws(ReportingError) -> [UInt8] {
    try PNGFile.bytes(of: pixels, width: width, format: .gray)
  }

  private func index(_ row: Int, _ column: Int) -> Int {
    precondition(
      (0..<height).contains(row) && (0..<width).contains(column),
      "pixel [\(row), \(column)] of [\(height), \(width)]")
    return row * width + column
  }
}
