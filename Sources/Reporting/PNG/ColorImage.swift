/// A picture of 8-bit red, green and blue (sRGB).
public struct ColorImage: Equatable {
  /// The color of one pixel.
  public struct Color: Equatable, Sendable {
    /// Red, 0 to 255.
    public var red: UInt8
    /// Green, 0 to 255.
    public var green: UInt8
    /// Blue, 0 to 255.
    public var blue: UInt8

    /// Mixes a color.
    ///
    /// - Parameters:
    ///   - red: Red, 0 to 255.
    ///   - green: Green, 0 to 255.
    ///   - blue: Blue, 0 to 255.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
      self.red = red
      self.green = green
      self.blue = blue
    }
  }

  /// Pixels in a row.
  public let width: Int
  /// Number of rows.
  public let height: Int
  /// Red, green and blue, pixel by pixel and row by row from the top, shape [height, width, 3].
  public private(set) var bytes: [UInt8]

  /// A picture of one color.
  ///
  /// - Parameters:
  ///   - width: Pixels in a row, at least 1.
  ///   - height: Number of rows, at least 1.
  ///   - color: The color of every pixel.
  public init(width: Int, height: Int, color: Color) {
    precondition(width > 0 && height > 0, "\(width)×\(height) pixels")
    self.width = width
    self.height = height
    bytes = (0..<width * height).flatMap { _ in [color.red, color.green, color.blue] }
  }

  /// The color of a pixel.
  ///
  /// - Parameters:
  ///   - row: In `0..<height`, from the top.
  ///   - column: In `0..<width`, from the left.
  /// - Returns: The color.
  public subscript(row: Int, column: Int) -> Color {
    get {
      let first = index(row, column)
      return Color(red: bytes[first], green: bytes[first + 1], blue: bytes[first + 2])
    }
    set {
      let first = index(row, column)
      bytes[first] = newValue.red
      bytes[first + 1] = newValue.green
      bytes[first + 2] = newValue.blue
    }
  }

  /// Writes the picture as PNG; a file of that name is replaced at once.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``ReportingError`` with libpng's words.
  public func writePNG(to path: String) throws(ReportingError) {
    try PNGFile.write(bytes, width: width, format: .rgb, to: path)
  }

  private func index(_ row: Int, _ column: Int) -> Int {
    precondition(
      (0..<height).contains(row) && (0..<width).contains(column),
      "pixel [\(row), \(column)] of [\(height), \(width)]")
    return 3 * (row * width + column)
  }
}
