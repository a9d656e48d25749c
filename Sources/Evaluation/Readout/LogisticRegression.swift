import Foundation
import Tensors

/// Several two-class logistic regressions on the same features, fitted together.
///
/// Each minimises Σ log(1 + e^(−t·(w·x + b))) + ½‖w‖² with targets t = ±1: the penalty and its strength are those that
/// scikit-learn has by default (C = 1, no penalty on the intercept b). The searches are independent; they share the products
/// with the features.
struct LogisticRegression {
  /// Weights and, last, the intercept of each problem.
  private(set) var coefficients: [[Double]]
  /// Whether each search ended by its tolerance, not by its number of steps.
  private(set) var hasConverged: [Bool]

  /// How long to search; the defaults are scikit-learn's.
  struct Search {
    /// Of the gradient of the mean loss over samples.
    var tolerance = 1e-4
    /// Steps at the most.
    var iterations = 100
  }

  /// Fits all problems.
  ///
  /// - Parameters:
  ///   - features: Shape [samples, features].
  ///   - labels: One a sample.
  ///   - positive: For each problem, which of the labels make the first class.
  ///   - search: When to stop.
  init(
    _ features: Matrix, labels: [UInt8], positive: [[Bool]], search: Search = Search()
  ) {
    let count = features.columns + 1
    var searches = positive.map { _ in
      LBFGS(
        from: [Double](repeating: 0, count: count), tolerance: search.tolerance,
        iterationLimit: search.iterations)
    }
    let loss = LogisticLoss(features, labels: labels, positive: positive)
    while searches.contains(where: { !$0.isFinished }) {
      // Finished ones are evaluated too: products of one shape, and so the same bits, to the end.
      let results = loss.evaluate(searches.map(\.point))
      for i in searches.indices {
        searches[i].tell(value: results[i].value, gradient: results[i].gradient)
      }
    }
    coefficients = searches.map(\.point)
    hasConverged = searches.map { $0.iterations < search.iterations }
  }

  /// The share of samples that each problem puts into the right class.
  ///
  /// - Parameters:
  ///   - features: Shape [samples, features].
  ///   - labels: One a sample.
  ///   - positive: As they were fitted.
  /// - Returns: Accuracies, from 0 to 1.
  func accuracies(_ features: Matrix, labels: [UInt8], positive: [[Bool]]) -> [Double] {
    let loss = LogisticLoss(features, labels: labels, positive: positive)
    return loss.correct(coefficients).map { Double($0) / Double(labels.count) }
  }
}
