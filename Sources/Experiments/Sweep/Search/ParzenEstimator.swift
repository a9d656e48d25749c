import Tensors

/// How often values of one coordinate were observed, as a probability that has no gaps.
///
/// Source: Bergstra, Bardenet, Bengio & Kégl, "Algorithms for hyper-parameter optimization", NeurIPS
/// 2011. To each set of observations one is added that stands for what was believed before.
enum ParzenEstimator: Sendable {
  /// Each observation, and at last the prior, spread over its neighbourhood; all weigh the same.
  case continuous([TruncatedNormal])
  /// The probability of each choice.
  case categorical([Double])

  /// Estimates from observations, of which there may be none.
  ///
  /// - Parameters:
  ///   - observations: Coordinates from 0 to 1, in any order.
  ///   - dimension: What they mean.
  init(_ observations: [Double], dimension: SearchDimension) {
    switch dimension {
    case .continuous:
      let prior = TruncatedNormal(mean: 0.5, deviation: 1)
      self = .continuous(Self.components(observations.sorted()) + [prior])
    case .categorical(let count):
      precondition(count > 0, "\(count) choices")
      var counts = [Double](repeating: 1, count: count)
      for u in observations { counts[SearchDimension.choice(u, of: count)] += 1 }
      self = .categorical(counts.map { $0 / Double(observations.count + count) })
    }
  }

  /// Returns the density at a coordinate, or the probability of the choice that it means.
  func density(at u: Double) -> Double {
    switch self {
    case .continuous(let components):
      components.reduce(0) { $0 + $1.density(at: u) } / Double(components.count)
    case .categorical(let probabilities):
      probabilities[SearchDimension.choice(u, of: probabilities.count)]
    }
  }

  /// Draws a coordinate, from 0 (included) to 1 (excluded); a choice is given by its interval's middle.
  func sample(_ stream: inout RandomStream) -> Double {
    switch self {
    case .continuous(let components):
      return components[stream.index(below: components.count)].sample(&stream)
    case .categorical(let probabilities):
      var rest = stream.uniform()
      var choice = 0
      while choice < probabilities.count - 1, rest >= probabilities[choice] {
        rest -= probabilities[choice]
        choice += 1
      }
      return (Double(choice) + 0.5) / Double(probabilities.count)
    }
  }

  /// A component for each observation, as wide as the greater distance to a neighbour.
  ///
  /// At both ends only the inner neighbour counts; a single observation has the interval's ends for
  /// neighbours. Without a lower bound on the width, observations close together would hold the search
  /// at one place; the bound falls as their number grows.
  private static func components(_ sorted: [Double]) -> [TruncatedNormal] {
    let narrowest = 1 / min(100, Double(sorted.count + 2))
    return sorted.enumerated().map { i, mean in
      let left = i > 0 ? mean - sorted[i - 1] : sorted.count == 1 ? mean : 0
      let right = i < sorted.count - 1 ? sorted[i + 1] - mean : sorted.count == 1 ? 1 - mean : 0
      return TruncatedNormal(mean: mean, deviation: min(max(left, right, narrowest), 1))
    }
  }
}
