import Tensors

/// A search that looks where good points were more frequent than others.
///
/// The points so far are split into the best tenth and the rest. In each dimension, independently of the
/// others, candidates are drawn from the distribution of the good ones, l, and the one with the greatest
/// l/g is taken, where g is the distribution of the rest. Source: Bergstra, Bardenet, Bengio & Kégl,
/// "Algorithms for hyper-parameter optimization", NeurIPS 2011.
struct TreeParzenSearch: Sendable {
  /// What each coordinate means.
  let dimensions: [SearchDimension]
  /// Together with a point's number and the history, it determines the point.
  let seed: UInt32
  /// How many points are random before the history counts.
  var startup = 10

  /// How many coordinates are drawn of which the best is taken.
  private static let candidates = 24
  /// More points than these are never called good.
  private static let mostGood = 25

  /// Proposes a point, each coordinate from 0 (included) to 1 (excluded).
  ///
  /// - Parameters:
  ///   - number: The point's number, from 0.
  ///   - history: What is known of earlier points, in the order of their numbers; those that are
  ///     still computed keep later ones away from themselves.
  /// - Returns: One coordinate for each dimension, also for those that may not apply.
  func point(_ number: Int, history: [SearchObservation]) -> [Double] {
    for observation in history {
      precondition(
        observation.coordinates.count == dimensions.count,
        "\(observation.coordinates.count) coordinates in \(dimensions.count) dimensions")
    }
    let (good, rest) = Self.split(history)
    return dimensions.indices.map { axis in
      var stream = RandomStream(seed: seed, purpose: .search, number, axis)
      if number < startup { return stream.uniform() }
      let l = ParzenEstimator(good.compactMap { $0.coordinates[axis] }, dimension: dimensions[axis])
      let g = ParzenEstimator(rest.compactMap { $0.coordinates[axis] }, dimension: dimensions[axis])
      return Self.best(l, g, &stream)
    }
  }

  /// Splits a history into the best tenth of what has an objective, rounded up, and all others.
  ///
  /// What is pending or has failed is counted among the others, as if it had turned out badly, so that
  /// several points proposed at once differ. Of equals the earlier is the better.
  static func split(
    _ history: [SearchObservation]
  ) -> (good: [SearchObservation], rest: [SearchObservation]) {
    let objectives = history.map { $0.objective.flatMap { $0.isNaN ? nil : $0 } }
    let ranked = objectives.indices.compactMap { i in objectives[i].map { (i, $0) } }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    let good = Set(ranked.prefix(min((ranked.count + 9) / 10, mostGood)).map(\.0))
    return (
      history.indices.filter { good.contains($0) }.map { history[$0] },
      history.indices.filter { !good.contains($0) }.map { history[$0] }
    )
  }

  private static func best(
    _ l: ParzenEstimator, _ g: ParzenEstimator, _ stream: inout RandomStream
  ) -> Double {
    var best = (u: 0.0, ratio: -Double.infinity)
    for _ in 0..<candidates {
      let u = l.sample(&stream)
      let ratio = l.density(at: u) / g.density(at: u)
      if ratio > best.ratio { best = (u, ratio) }
    }
    return best.u
  }
}
