import Layers

/// A part of one parameter, whose sum is made at one scale.
struct GradientPiece {
  /// Its parameter's number in the layout.
  let parameter: Int
  /// Its elements in the vector of all parameters.
  let range: Range<Int>
  /// Its number among all pieces.
  let number: Int
}

/// Neighbouring pieces that are reduced in one operation.
struct GradientBucket {
  /// From the vector's start to its end.
  var pieces: [GradientPiece]
  /// What belongs to the gradient's norm: all as one, unless some pieces do not.
  var normRanges: [Range<Int>] = []

  /// All of them, with the padding between parameters, which is zero.
  var range: Range<Int> {
    pieces[0].range.lowerBound..<pieces[pieces.count - 1].range.upperBound
  }

  /// Elements of a bucket, beside small pieces that join a full one: enough for the network's full
  /// speed, few enough that what was just rounded is still in the cache.
  private static let size = 1 << 16

  /// Cuts large parameters into pieces, and puts small ones together.
  ///
  /// - Parameter layout: The gradients' layout.
  /// - Returns: The buckets, from the vector's start to its end.
  static func buckets(of layout: ParameterLayout) -> [GradientBucket] {
    var buckets: [GradientBucket] = []
    var pieces = 0
    for (index, entry) in layout.entries.enumerated() {
      for start in stride(from: entry.range.lowerBound, to: entry.range.upperBound, by: size) {
        let end = min(start + size, entry.range.upperBound)
        let piece = GradientPiece(parameter: index, range: start..<end, number: pieces)
        pieces += 1
        // A little more is better than a bucket of its own: one reduction less, and on very many
        // ranks a small one is done in a ring, which takes longer than all others (see
        // `NetworkModel`).
        if let last = buckets.last, end - last.range.lowerBound <= size + size / 8 {
          buckets[buckets.count - 1].pieces.append(piece)
        } else {
          buckets.append(GradientBucket(pieces: [piece]))
        }
      }
    }
    for index in buckets.indices {
      let bucket = buckets[index]
      let counted = bucket.pieces.filter { layout.entries[$0.parameter].hasGradient }
      buckets[index].normRanges =
        counted.count == bucket.pieces.count ? [bucket.range] : counted.map(\.range)
    }
    return buckets
  }
}
