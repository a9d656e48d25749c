import Tensors

/// Chooses the points of a sweep.
struct TrialSearch {
  private let definition: SweepDefinition
  /// How many points an adaptive searcher draws at random before it has something to learn from.
  static let startup = 10

  init(_ definition: SweepDefinition) { self.definition = definition }

  /// The coordinates of a point, one for each axis.
  ///
  /// - Parameters:
  ///   - point: Its number.
  ///   - trials: All trials so far, of which adaptive searchers learn.
  /// - Returns: Numbers from 0 to 1.
  func coordinates(ofPoint point: Int, after trials: [SweepState.Trial]) -> [Double] {
    switch definition.settings.searcher {
    case .grid: definition.gridPoint(point)
    case .random: random(point)
    case .sobol: random(point)
    case .tpe: random(point)
    }
  }

  private func random(_ point: Int) -> [Double] {
    var stream = RandomStream(seed: definition.settings.seed, purpose: .subsets, point)
    return definition.axes.map { _ in stream.uniform() }
  }
}
