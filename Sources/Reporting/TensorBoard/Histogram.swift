/// How many numbers lie in each of some buckets.
public struct Histogram: Sendable, Equatable {
  /// As many as TensorBoard draws.
  static let bucketCount = 30

  /// The smallest number; 0 where there is none.
  public let smallest: Double
  /// The largest number; 0 where there is none.
  public let largest: Double
  /// Their sum.
  public let sum: Double
  /// The sum of their squares.
  public let sumOfSquares: Double
  /// Upper ends of the buckets, ascending; a number at an end belongs to the bucket above it, but for the last.
  public let limits: [Double]
  /// Numbers in each bucket.
  public let counts: [Int]

  /// Counts numbers in buckets of one width from the smallest to the largest.
  ///
  /// - Parameter numbers: The numbers; those that are not finite are left out.
  public init(of numbers: [Double]) {
    let finite = numbers.filter(\.isFinite)
    let (smallest, largest) = (finite.min() ?? 0, finite.max() ?? 0)
    // Divided first: the difference of two numbers may overflow.
    let part = (
      lower: smallest / Double(Self.bucketCount), upper: largest / Double(Self.bucketCount)
    )
    let width = part.upper - part.lower
    let buckets = finite.isEmpty ? 0 : width > 0 ? Self.bucketCount : 1
    var counts = [Int](repeating: 0, count: buckets)
    for number in finite {
      let place = buckets > 1 ? (number / width - smallest / width).rounded(.down) : 0
      counts[Int(min(Double(buckets - 1), max(0, place)))] += 1
    }
    self.smallest = smallest
    self.largest = largest
    self.counts = counts
    limits = (1...Self.bucketCount).suffix(buckets).map { place in
      place == Self.bucketCount
        ? largest : part.lower * Double(Self.bucketCount - place) + part.upper * Double(place)
    }
    sum = finite.reduce(0, +)
    sumOfSquares = finite.reduce(0) { $0 + $1 * $1 }
  }

  /// How many numbers were counted.
  public var count: Int { counts.reduce(0, +) }
}
