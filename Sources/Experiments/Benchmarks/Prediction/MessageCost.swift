/// How long a message takes that two ranks exchange: α + n·β, with an α and a β of its own between any
/// two lengths that were measured.
///
/// Libraries change their protocol with the length, so one straight line from 8 bytes to 4 MB would
/// be wrong in the middle. The α-β model: Thakur, Rabenseifner & Gropp, "Optimization of Collective
/// Communication Operations in MPICH", IJHPCA 2005; in pieces as in Casanova et al., "Versatile,
/// Scalable, and Accurate Simulation of Distributed Applications and Platforms", JPDC 2014.
struct MessageCost: Equatable {
  /// A length in bytes and its time.
  struct Point: Equatable {
    let bytes: Double
    let milliseconds: Double
  }

  /// At least two, by ascending length.
  private let points: [Point]

  /// Goes through measured points.
  ///
  /// - Parameter points: At least two of different lengths, by ascending length.
  init(through points: [Point]) {
    precondition(
      points.count > 1 && zip(points, points.dropFirst()).allSatisfy { $0.bytes < $1.bytes },
      "\(points)")
    self.points = points
  }

  /// Makes a straight line.
  ///
  /// - Parameters:
  ///   - latency: α in milliseconds.
  ///   - perByte: β in milliseconds.
  init(latency: Double, perByte: Double) {
    points = [
      Point(bytes: 0, milliseconds: latency), Point(bytes: 1, milliseconds: latency + perByte),
    ]
  }

  /// α: the time of the shortest message.
  var latency: Double { points[0].milliseconds }

  /// β: the time of a byte in long messages.
  var perByte: Double {
    slope(points[points.count - 2], points[points.count - 1])
  }

  /// The time of a message.
  ///
  /// - Parameter bytes: Its length; what is longer than all that was measured follows the last piece.
  /// - Returns: Milliseconds; for what is shorter than all, the shortest one's.
  func milliseconds(_ bytes: Double) -> Double {
    guard bytes > points[0].bytes else { return latency }
    let next = points.firstIndex { $0.bytes >= bytes } ?? points.count - 1
    let (from, to) = (points[next - 1], points[next])
    return max(0, from.milliseconds + (bytes - from.bytes) * slope(from, to))
  }

  private func slope(_ from: Point, _ to: Point) -> Double {
    (to.milliseconds - from.milliseconds) / (to.bytes - from.bytes)
  }
}
