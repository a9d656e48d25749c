internal import Foundation
internal import Tensors

/// The weighted mean over 13 x 13 pixels, with zeros beyond the edge of the tile.
///
/// The kernel e^(−(a² + b²)/0.5), a and b 13 equally spaced values from -1 to 1, sum 1, is the
/// product of one in a and one in b, so that 26 products a pixel do instead of 169.
struct TileBlur {
  /// Pixels from the middle of the kernel to its end.
  static let reach = 6
  private let weights: [Float]
  private let side: Int
  /// The tile between rows of zeros, shape [side + 12, side].
  private let tall: AlignedBuffer<Float>
  /// The blurred columns between columns of zeros, shape [side, side + 12].
  private let wide: AlignedBuffer<Float>

  /// Allocates the memory for tiles of side x side pixels.
  init(side: Int) {
    let factors = (-TileBlur.reach...TileBlur.reach).map { place in
      let a = Double(place) / Double(TileBlur.reach)
      return exp(-a * a / 0.5)
    }
    let sum = factors.reduce(0, +)
    weights = factors.map { Float($0 / sum) }
    self.side = side
    tall = AlignedBuffer(count: (side + 2 * TileBlur.reach) * side, repeating: 0)
    wide = AlignedBuffer(count: (side + 2 * TileBlur.reach) * side, repeating: 0)
  }

  /// Writes the blurred `tile` into `blurred`, which may be the same memory.
  func blur(
    _ tile: UnsafeMutablePointer<Float>, into blurred: UnsafeMutablePointer<Float>
  ) {
    guard let tall = tall.elements.baseAddress, let wide = wide.elements.baseAddress else { return }
    let reach = TileBlur.reach
    let width = side + 2 * reach
    (tall + reach * side).update(from: tile, count: side * side)
    for row in 0..<side {
      weightedSum(of: tall + row * side, step: side, into: wide + row * width + reach)
    }
    for row in 0..<side {
      weightedSum(of: wide + row * width, step: 1, into: blurred + row * side)
    }
  }

  /// Writes Σ weight·x, x at `step` from term to term, for `side` neighbouring places.
  private func weightedSum(
    of x: UnsafeMutablePointer<Float>, step: Int, into sum: UnsafeMutablePointer<Float>
  ) {
    weights.withUnsafeBufferPointer { weights in
      for place in 0..<side { sum[place] = weights[0] * x[place] }
      for term in 1..<weights.count {
        let weight = weights[term]
        let shifted = x + term * step
        for place in 0..<side { sum[place] += weight * shifted[place] }
      }
    }
  }
}
