internal import Foundation
internal import Tensors

/// Images of occluding discs, whose statistics are those of natural images.
///
/// Discs fall one upon another: centres uniform, radii with density ∝ r⁻³ between two bounds, each
/// of one grey value, uniform in [0, 1). Made front to back: a disc colours what no earlier one
/// hides, until every pixel has a colour, which is exactly the pattern that infinitely many discs
/// leave. Source: Lee, Mumford & Huang, "Occlusion models for natural images: a statistical study
/// of a scale-invariant dead leaves model", International Journal of Computer Vision, 2001.
struct DeadLeaves {
  private let configuration: DeadLeavesConfiguration
  /// For each pixel of each row and one place behind the row, the next pixel that may be bare.
  private var next: [Int32]

  /// Checks the configuration and allocates the workspace.
  ///
  /// - Parameter configuration: Sizes and radii.
  /// - Throws: ``DatasetError/configuration(key:found:expected:)``.
  init(_ configuration: DeadLeavesConfiguration) throws(DatasetError) {
    let side = TilePipeline.tileSide
    for (key, extent) in [("width", configuration.width), ("height", configuration.height)]
    where extent < side || extent > 1 << 14 {
      throw .configuration(
        key: "data.dead_leaves.\(key)", found: "\(extent)", expected: "\(side) to \(1 << 14)")
    }
    guard configuration.smallestRadius >= 0.5 else {
      throw .configuration(
        key: "data.dead_leaves.smallest_radius", found: "\(configuration.smallestRadius)",
        expected: "at least 0.5 pixels")
    }
    guard configuration.largestRadius >= configuration.smallestRadius,
      configuration.largestRadius <= Double(1 << 14)
    else {
      throw .configuration(
        key: "data.dead_leaves.largest_radius", found: "\(configuration.largestRadius)",
        expected: "smallest_radius (\(configuration.smallestRadius)) to \(1 << 14)")
    }
    self.configuration = configuration
    next = Array(repeating: 0, count: (configuration.width + 1) * configuration.height)
  }

  /// Makes one image: the same for the same number, wherever and whenever.
  ///
  /// - Parameters:
  ///   - number: The image's number, from 0.
  ///   - pixels: Receives shape [height, width], values in [0, 1).
  mutating func draw(_ number: Int, into pixels: UnsafeMutableBufferPointer<Float>) {
    let (width, height) = (configuration.width, configuration.height)
    precondition(pixels.count == width * height, "\(pixels.count) pixels, \(height) x \(width)")
    var stream = RandomStream(seed: ImageSplit.dataSeed, purpose: .synthesis, number)
    for place in next.indices { next[place] = Int32(place % (width + 1)) }
    // Discs may have their centres as far outside as they can still reach in.
    let border = configuration.largestRadius
    let ratio = configuration.smallestRadius / configuration.largestRadius
    var bare = width * height
    while bare > 0 {
      // The inverse of the distribution function of r⁻³: at 0 the smallest radius, at 1 the largest.
      let quantile = stream.uniform()
      let radius =
        configuration.smallestRadius / (1 - quantile * (1 - ratio * ratio)).squareRoot()
      let x = stream.uniform() * (Double(width) + 2 * border) - border
      let y = stream.uniform() * (Double(height) + 2 * border) - border
      let grey = Float(stream.next() >> 8) * 0x1p-24
      bare -= paintDisc(x: x, y: y, radius: radius, grey, into: pixels)
    }
  }

  /// Colours the bare pixels whose middles the disc covers.
  ///
  /// - Returns: How many they were.
  private mutating func paintDisc(
    x: Double, y: Double, radius: Double, _ grey: Float,
    into pixels: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    // The middle of pixel i is at i + 0.5.
    let top = max(0, Int((y - radius - 0.5).rounded(.up)))
    let bottom = min(configuration.height - 1, Int((y + radius - 0.5).rounded(.down)))
    guard top <= bottom else { return 0 }
    var painted = 0
    for row in top...bottom {
      let dy = Double(row) + 0.5 - y
      let reach = max(0, radius * radius - dy * dy).squareRoot()
      let left = max(0, Int((x - reach - 0.5).rounded(.up)))
      let right = min(configuration.width - 1, Int((x + reach - 0.5).rounded(.down)))
      if left <= right {
        painted += paintRow(row, left...right, grey, into: pixels)
      }
    }
    return painted
  }

  private mutating func paintRow(
    _ row: Int, _ columns: ClosedRange<Int>, _ grey: Float,
    into pixels: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    let width = configuration.width
    return next.withUnsafeMutableBufferPointer { next in
      let start = row * (width + 1)
      let next = UnsafeMutableBufferPointer(rebasing: next[start..<start + width + 1])
      var painted = 0
      var column = firstBare(from: columns.lowerBound, next)
      while column <= columns.upperBound {
        pixels[row * width + column] = grey
        next[column] = Int32(column + 1)
        painted += 1
        column = firstBare(from: column + 1, next)
      }
      return painted
    }
  }
}

/// The first bare pixel of a row at or after `start`, or the place behind the row.
///
/// Coloured pixels point ahead; the pointers passed on the way are moved on, so that covered
/// stretches are jumped over (Galler & Fischer, "An improved equivalence algorithm", 1964).
private func firstBare(from start: Int, _ next: UnsafeMutableBufferPointer<Int32>) -> Int {
  var place = start
  while Int(next[place]) != place {
    next[place] = next[Int(next[place])]
    place = Int(next[place])
  }
  return place
}
