internal import Tensors

/// What turns a tile of 24 x 24 pixels of an image into a sample of 16 x 16.
///
/// Whitening, local contrast normalisation, z-score, crop; the procedure of the code of Vafaii,
/// Galor & Yates, "Poisson Variational Autoencoder", NeurIPS 2024. Elements are `Float`; means and
/// variances are accumulated in `Double`. Holds its workspace: nothing is allocated for a tile.
///
/// A tile without any contrast has no defined sample where a step divides 0 by 0. There the result
/// is 0: an all-zero tile gives an all-zero sample, never a NaN.
struct TilePipeline: ~Copyable {
  /// Pixels of a tile's side.
  static let tileSide = 24
  /// Pixels cut off at each edge, where the filters see beyond the tile.
  static let margin = 4
  /// Pixels of a sample's side.
  static let sampleSide = tileSide - 2 * margin
  /// Pixels of a sample.
  static let samplePixels = sampleSide * sampleSide

  private let transform: RealFourierTransform
  private let gains: [Float]
  private let blur: TileBlur
  private let scratch: AlignedBuffer<Float>

  /// Makes the filters and allocates the workspace.
  ///
  /// - Parameter whitening: Which whitening filter.
  init(whitening: Whitening) {
    let side = TilePipeline.tileSide
    transform = RealFourierTransform(height: side, width: side)
    gains = whitening.gains(size: side)
    blur = TileBlur(side: side)
    scratch = AlignedBuffer(count: side * side, repeating: 0)
  }

  /// How many tiles an image has; what does not fill a tile at the right and bottom is left out.
  ///
  /// - Parameters:
  ///   - height: Rows of the image.
  ///   - width: Columns of the image.
  /// - Returns: ⌊height/24⌋·⌊width/24⌋.
  static func tiles(height: Int, width: Int) -> Int {
    height / tileSide * (width / tileSide)
  }

  /// Writes the samples of all tiles of an image, row by row of tiles from the top left.
  ///
  /// - Parameters:
  ///   - image: Shape [height, width].
  ///   - height: Rows of the image.
  ///   - width: Columns of the image.
  ///   - samples: Receives shape [tiles, 256].
  borrowing func process(
    _ image: UnsafeMutableBufferPointer<Float>, height: Int, width: Int,
    into samples: UnsafeMutableBufferPointer<Float>
  ) {
    let side = TilePipeline.tileSide
    let pixels = TilePipeline.samplePixels
    let tiles = TilePipeline.tiles(height: height, width: width)
    precondition(image.count == height * width, "\(image.count) pixels, \(height) x \(width)")
    precondition(samples.count == tiles * pixels, "\(samples.count) values, \(tiles) tiles")
    guard tiles > 0, let image = image.baseAddress, let samples = samples.baseAddress else {
      return
    }
    let across = width / side
    for tile in 0..<tiles {
      let corner = image + tile / across * side * width + tile % across * side
      processTile(corner, rowStride: width, into: samples + tile * pixels)
    }
  }

  /// Writes the sample of one tile of an image.
  ///
  /// - Parameters:
  ///   - image: Rows of `width` pixels.
  ///   - width: Columns of the image.
  ///   - corner: The pixel at the tile's top left.
  ///   - sample: Receives shape [16, 16].
  borrowing func processTile(
    of image: UnsafeMutableBufferPointer<Float>, width: Int, at corner: (row: Int, column: Int),
    into sample: UnsafeMutableBufferPointer<Float>
  ) {
    let side = TilePipeline.tileSide
    precondition(
      corner.row >= 0 && (corner.row + side) * width <= image.count
        && corner.column >= 0 && corner.column + side <= width,
      "a tile at \(corner) of \(image.count) pixels, \(width) in a row")
    precondition(sample.count == TilePipeline.samplePixels, "\(sample.count) values")
    guard let image = image.baseAddress, let sample = sample.baseAddress else { return }
    processTile(image + corner.row * width + corner.column, rowStride: width, into: sample)
  }

  private borrowing func processTile(
    _ corner: UnsafePointer<Float>, rowStride: Int, into sample: UnsafeMutablePointer<Float>
  ) {
    guard let tile = transform.samples.elements.baseAddress,
      let scratch = scratch.elements.baseAddress
    else { return }
    let side = TilePipeline.tileSide
    for row in 0..<side {
      (tile + row * side).update(from: corner + row * rowStride, count: side)
    }
    whiten()
    normalizeContrast(tile, scratch)
    standardize(tile)
    let cropped = TilePipeline.sampleSide
    for row in 0..<cropped {
      let start = tile + (row + TilePipeline.margin) * side + TilePipeline.margin
      (sample + row * cropped).update(from: start, count: cropped)
    }
  }

  /// Replaces the tile, which lies in the transform's memory, by its whitened one.
  private borrowing func whiten() {
    transform.forward()
    guard let spectrum = transform.spectrum.elements.baseAddress else { return }
    gains.withUnsafeBufferPointer { gains in
      for place in 0..<gains.count { spectrum[place] *= gains[place] }
    }
    transform.inverse()
  }

  /// Replaces x by v / max(q, c), v = x − k∗x, q = √(k∗v²), c the mean of q; by 0 where c is 0.
  private borrowing func normalizeContrast(
    _ tile: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
  ) {
    let count = TilePipeline.tileSide * TilePipeline.tileSide
    blur.blur(tile, into: scratch)
    for place in 0..<count {
      tile[place] -= scratch[place]
      scratch[place] = tile[place] * tile[place]
    }
    blur.blur(scratch, into: scratch)
    for place in 0..<count { scratch[place] = scratch[place].squareRoot() }
    let mean = Float(sum(of: scratch, count) / Double(count))
    guard mean > 0 else {
      tile.update(repeating: 0, count: count)
      return
    }
    for place in 0..<count { tile[place] /= max(scratch[place], mean) }
  }

  /// Replaces x by (x − mean) / SD, with the unbiased SD; by 0 where the SD is 0.
  private borrowing func standardize(_ tile: UnsafeMutablePointer<Float>) {
    let count = TilePipeline.tileSide * TilePipeline.tileSide
    let mean = sum(of: tile, count) / Double(count)
    var squares = 0.0
    for place in 0..<count {
      let deviation = Double(tile[place]) - mean
      squares += deviation * deviation
    }
    guard squares > 0 else {
      tile.update(repeating: 0, count: count)
      return
    }
    let scale = (Double(count - 1) / squares).squareRoot()
    for place in 0..<count { tile[place] = Float((Double(tile[place]) - mean) * scale) }
  }

  private borrowing func sum(of x: UnsafeMutablePointer<Float>, _ count: Int) -> Double {
    // Four sums side by side: one alone waits for each addition to end.
    var sums = SIMD4<Double>(repeating: 0)
    for place in stride(from: 0, to: count, by: 4) {
      sums += SIMD4(
        Double(x[place]), Double(x[place + 1]), Double(x[place + 2]), Double(x[place + 3]))
    }
    return sums.sum()
  }
}
