public import MPI
import Tensors

/// How well linear classifiers tell apart any half of the classes from the other.
///
/// Each way to put half of the classes on one side is a problem of its own, solved by logistic regression on training
/// samples and scored by its accuracy on others; the result is the mean accuracy. With ten classes there are 252 ordered ways, in
/// mirrored pairs of the same accuracy, so that 126 are solved. Sources: Rigotti et al., "The Importance of Mixed
/// Selectivity in Complex Cognitive Tasks", Nature 2013; Vafaii, Galor & Yates, "Poisson Variational
/// Autoencoder", NeurIPS 2024.
public struct ShatteringDimensionality: Sendable {
  /// The accuracy of each unordered way to halve the classes, in the order of ``halvings(of:)``.
  public let accuracies: [Double]
  /// Of how many the search ended by its number of steps.
  public let unfinished: Int

  /// The mean accuracy.
  public var mean: Double { accuracies.reduce(0, +) / Double(accuracies.count) }

  /// Problems that share products; the same whatever the number of ranks, so that their bits are.
  private static let group = 14

  /// Solves all problems, each on one rank.
  ///
  /// - Parameters:
  ///   - training: Features to learn from, the same on every rank.
  ///   - test: Features to be scored on, the same on every rank.
  ///   - communicator: The ranks that share the work; all must call this.
  /// - Throws: `MPIError`.
  public init(training: Features, test: Features, on communicator: Communicator) throws(MPIError) {
    let classes = training.classes
    let problems = ShatteringDimensionality.halvings(of: classes)
    let results = AlignedBuffer<Double>(count: problems.count + 1, repeating: 0)
    for (number, start) in stride(from: 0, to: problems.count, by: Self.group).enumerated()
    where number % communicator.size == communicator.rank {
      let group = Array(problems[start..<min(start + Self.group, problems.count)])
      let regression = LogisticRegression(training.matrix, labels: training.labels, positive: group)
      let scores = regression.accuracies(test.matrix, labels: test.labels, positive: group)
      for (place, score) in scores.enumerated() { results.elements[start + place] = score }
      results.elements[problems.count] += Double(regression.hasConverged.count { !$0 })
    }
    try communicator.allReduce(results.elements, .sum)
    accuracies = Array(results.elements.prefix(problems.count))
    unfinished = Int(results.elements[problems.count])
  }

  /// The ways to put half of the classes on one side, the last class always on the other.
  ///
  /// - Parameter classes: Their number, even, at most 16.
  /// - Returns: For each way, which classes are on the first side.
  public static func halvings(of classes: Int) -> [[Bool]] {
    precondition(classes % 2 == 0 && (2...16).contains(classes), "\(classes) classes")
    return (0..<1 << (classes - 1)).filter { $0.nonzeroBitCount == classes / 2 }
      .map { bits in (0..<classes).map { bits >> $0 & 1 == 1 } }
  }
}
