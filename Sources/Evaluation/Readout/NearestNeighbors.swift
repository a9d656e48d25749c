public import MPI
import Tensors

/// Classification by the labels of the five nearest labelled samples.
///
/// Euclidean distance of features as they are, one vote a neighbour, ties to the smallest label; of equally near samples the
/// first. As in Vafaii, Galor & Yates, "Poisson Variational Autoencoder", NeurIPS 2024: the first half of the samples is
/// the labelled pool, the second half is classified, once for each random subset of the pool.
public struct NearestNeighbors: Sendable {
  /// The accuracies with a number of labelled samples.
  public struct Score: Sendable, Equatable {
    /// Labelled samples, N.
    public let labelled: Int
    /// One accuracy for each subset.
    public let accuracies: [Double]

    /// The mean accuracy.
    public var mean: Double { accuracies.reduce(0, +) / Double(accuracies.count) }
  }

  /// The scores, by ascending number of labelled samples.
  public let scores: [Score]

  /// Votes in a classification.
  static let neighbors = 5
  /// Numbers of labelled samples of which random subsets are drawn; the whole pool comes last.
  static let sizes = [200, 1000]
  /// Subsets of each size.
  static let repetitions = 100

  /// Classifies the second half of samples by the first.
  ///
  /// - Parameters:
  ///   - features: The same on every rank.
  ///   - seed: The run's seed, from which subsets are drawn.
  ///   - communicator: The ranks that share the work; all must call this.
  /// - Throws: `MPIError`.
  public init(
    _ features: Features, seed: UInt32, on communicator: Communicator
  ) throws(MPIError) {
    let pool = features.labels.count / 2
    let tests = pool..<2 * pool
    let sizes = NearestNeighbors.sizes.filter { $0 < pool }
    let subsets = NearestNeighbors.subsets(of: pool, sizes: sizes, seed: seed)
    let correct = AlignedBuffer<Int64>(count: subsets.count, repeating: 0)
    var ranking = NeighborRanking(features, pool: pool)
    for test in tests where test % communicator.size == communicator.rank {
      ranking.sort(by: test)
      for (place, subset) in subsets.enumerated()
      where ranking.label(within: subset) == features.labels[test] {
        correct.elements[place] += 1
      }
    }
    try communicator.allReduce(correct.elements, .sum)
    let accuracies = correct.elements.map { Double($0) / Double(max(1, pool)) }
    scores =
      sizes.enumerated().map { place, size in
        let first = place * NearestNeighbors.repetitions
        return Score(
          labelled: size,
          accuracies: Array(accuracies[first..<first + NearestNeighbors.repetitions]))
      } + [Score(labelled: pool, accuracies: [accuracies[accuracies.count - 1]])]
  }

  /// Which samples of the pool each subset has: random ones of each size, and last all.
  private static func subsets(of pool: Int, sizes: [Int], seed: UInt32) -> [[Bool]] {
    var subsets: [[Bool]] = []
    for size in sizes {
      for repetition in 0..<repetitions {
        var stream = RandomStream(seed: seed, purpose: .subsets, size, repetition)
        var order = Array(0..<pool)
        var members = [Bool](repeating: false, count: pool)
        for place in 0..<size {
          order.swapAt(place, place + stream.index(below: pool - place))
          members[order[place]] = true
        }
        subsets.append(members)
      }
    }
    return subsets + [[Bool](repeating: true, count: pool)]
  }
}
