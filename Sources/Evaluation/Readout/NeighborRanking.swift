import Tensors

/// The labelled samples in the order of their distance to one other sample.
struct NeighborRanking {
  private let features: Features
  private let pool: Int
  private var order: [Int]
  private var distances: [Double]

  /// Takes the samples, of which the first are the labelled pool.
  init(_ features: Features, pool: Int) {
    self.features = features
    self.pool = pool
    order = Array(0..<pool)
    distances = [Double](repeating: 0, count: pool)
  }

  /// Sorts the pool by distance to a sample, equally near ones by their number.
  mutating func sort(by sample: Int) {
    let width = features.matrix.columns
    let elements = features.matrix.elements
    for candidate in 0..<pool {
      var sum = 0.0
      for k in 0..<width {
        let difference = Double(elements[candidate * width + k] - elements[sample * width + k])
        sum += difference * difference
      }
      distances[candidate] = sum
      order[candidate] = candidate
    }
    order.sort { (distances[$0], $0) < (distances[$1], $1) }
  }

  /// The label that most of the nearest members of a subset have, the smallest of several.
  func label(within subset: [Bool]) -> UInt8 {
    var votes = [Int](repeating: 0, count: features.classes)
    var found = 0
    for candidate in order where subset[candidate] {
      votes[Int(features.labels[candidate])] += 1
      found += 1
      if found == NearestNeighbors.neighbors { break }
    }
    var best = 0
    for label in votes.indices where votes[label] > votes[best] { best = label }
    return UInt8(best)
  }
}
