import Tensors

/// Chooses the points of a sweep.
struct TrialSearch {
  private let definition: SweepDefinition
  private let sobol: SobolSequence?
  private let parzen: TreeParzenSearch
  /// How many points an adaptive searcher draws at random before it has something to learn from.
  static let startup = 10

  init(_ definition: SweepDefinition) {
    self.definition = definition
    let (settings, axes) = (definition.settings, definition.axes)
    let isSobol = settings.searcher == .sobol && !axes.isEmpty
    sobol = isSobol ? SobolSequence(dimensions: axes.count, seed: settings.seed) : nil
    parzen = TreeParzenSearch(
      dimensions: axes.map { $0.count.map { .categorical($0) } ?? .continuous },
      seed: settings.seed, startup: TrialSearch.startup)
  }

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
    case .sobol: sobol?.point(point) ?? []
    case .tpe: parzen.point(point, history: history(before: point, trials))
    }
  }

  private func random(_ point: Int) -> [Double] {
    var stream = RandomStream(seed: definition.settings.seed, purpose: .search, point)
    return definition.axes.map { _ in stream.uniform() }
  }

  /// What is known of earlier points: the mean over their seeds, where all are known.
  private func history(before point: Int, _ trials: [SweepState.Trial]) -> [SearchObservation] {
    let seeds = definition.seeds.count
    let sign: Double = definition.settings.direction == .minimize ? 1 : -1
    return (0..<point).compactMap { point in
      let some = trials.dropFirst(point * seeds).prefix(seeds)
      guard let first = some.first(where: { $0.status != .unknown }) else { return nil }
      let objectives = some.compactMap { $0.status == .failed ? nil : $0.last?.objective }
      let mean = sign * objectives.reduce(0, +) / Double(max(1, objectives.count))
      return SearchObservation(
        coordinates: first.plan.coordinates, objective: objectives.count == seeds ? mean : nil)
    }
  }
}
