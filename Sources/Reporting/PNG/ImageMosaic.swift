/// Small pictures side by side in rows, one pixel apart.
public struct ImageMosaic {
  /// From which numbers black and white are made.
  public enum Scaling {
    /// From each picture's own smallest and largest.
    case eachOnItsOwn
    /// From the smallest and largest of all pictures.
    case commonRange
  }

  /// The level between the pictures: white, since a scaled picture is mostly gray and a digit's
  /// ground is black.
  static let gapLevel: UInt8 = 255
  /// What a picture shows that is the same everywhere, or has no number at all.
  static let constantLevel: UInt8 = 128

  /// The mosaic.
  public private(set) var image: GrayImage
  private let height: Int
  private let width: Int

  /// Lays out pictures row by row; places without one have the level of the gaps.
  ///
  /// - Parameters:
  ///   - tiles: The pictures.
  ///   - columns: Pictures in a row.
  ///   - scaling: From which numbers black and white are made.
  public init(_ tiles: ImageTiles, columns: Int, scaling: Scaling) {
    precondition(tiles.count > 0 && columns > 0, "\(tiles.count) pictures in \(columns) columns")
    let rows = (tiles.count + columns - 1) / columns
    self.init(rows: rows, columns: columns, height: tiles.height, width: tiles.width)
    let common = scaling == .commonRange ? tiles.commonRange : nil
    for tile in 0..<tiles.count {
      draw(tiles, tile, row: tile / columns, column: tile % columns, range: common)
    }
  }

  /// Shows a dictionary, each element scaled on its own, in up to 16 rows.
  ///
  /// The layout is that of Vafaii, Galor & Yates, "Poisson Variational Autoencoder", NeurIPS
  /// 2024: ⌈elements / 16⌉ columns, filled row by row.
  ///
  /// - Parameters:
  ///   - elements: The dictionary's elements.
  ///   - order: Which of them to show, in this order: there, by ascending KL.
  /// - Returns: The mosaic.
  public static func dictionary(_ elements: ImageTiles, order: [Int]) -> ImageMosaic {
    precondition(!order.isEmpty, "a dictionary without elements")
    precondition(
      order.allSatisfy((0..<elements.count).contains), "an element beyond \(elements.count)")
    let columns = (order.count + 15) / 16
    let rows = (order.count + columns - 1) / columns
    var mosaic = ImageMosaic(
      rows: rows, columns: columns, height: elements.height, width: elements.width)
    for (place, element) in order.enumerated() {
      mosaic.draw(elements, element, row: place / columns, column: place % columns, range: nil)
    }
    return mosaic
  }

  /// Shows inputs above their reconstructions, both scaled by the input's range.
  ///
  /// What a reconstruction has beyond that range is black or white.
  ///
  /// - Parameters:
  ///   - reconstructions: The lower row.
  ///   - inputs: The upper row; as many pictures of the same size.
  /// - Returns: The mosaic.
  public static func reconstructions(
    _ reconstructions: ImageTiles, of inputs: ImageTiles
  ) -> ImageMosaic {
    precondition(
      inputs.count > 0 && reconstructions.count == inputs.count
        && reconstructions.height == inputs.height && reconstructions.width == inputs.width,
      "[\(reconstructions.count), \(reconstructions.height), \(reconstructions.width)] "
        + "reconstructs no [\(inputs.count), \(inputs.height), \(inputs.width)]")
    var mosaic = ImageMosaic(
      rows: 2, columns: inputs.count, height: inputs.height, width: inputs.width)
    for tile in 0..<inputs.count {
      let range = inputs.range(of: tile)
      mosaic.draw(inputs, tile, row: 0, column: tile, range: range)
      mosaic.draw(reconstructions, tile, row: 1, column: tile, range: range)
    }
    return mosaic
  }

  /// Shows samples of a model on one common range, so that their contrasts compare.
  ///
  /// - Parameters:
  ///   - samples: The samples.
  ///   - columns: Samples in a row; a square, as near as can be, where `nil`.
  /// - Returns: The mosaic.
  public static func samples(_ samples: ImageTiles, columns: Int? = nil) -> ImageMosaic {
    let square = Int(Double(samples.count).squareRoot().rounded(.up))
    return ImageMosaic(samples, columns: columns ?? square, scaling: .commonRange)
  }

  private init(rows: Int, columns: Int, height: Int, width: Int) {
    self.height = height
    self.width = width
    image = GrayImage(
      width: columns * (width + 1) - 1, height: rows * (height + 1) - 1, level: Self.gapLevel)
  }

  private mutating func draw(
    _ tiles: ImageTiles, _ tile: Int, row: Int, column: Int, range: ClosedRange<Float>?
  ) {
    let range = range ?? tiles.range(of: tile)
    let (top, left) = (row * (height + 1), column * (width + 1))
    for y in 0..<height {
      for x in 0..<width {
        image[top + y, left + x] = Self.level(tiles.value(tile, y, x), in: range)
      }
    }
  }

  /// The gray level of a number: 0 at the range's lower end or below, 255 at its upper or above.
  private static func level(_ value: Float, in range: ClosedRange<Float>?) -> UInt8 {
    guard let range, !value.isNaN else { return constantLevel }
    // In Double, where the width of no range of Float overflows.
    let (lower, upper) = (Double(range.lowerBound), Double(range.upperBound))
    if lower == upper && Double(value) == lower { return constantLevel }
    if Double(value) <= lower { return 0 }
    if Double(value) >= upper { return 255 }
    return UInt8(((Double(value) - lower) / (upper - lower) * 255).rounded())
  }
}
