import DataParallel
import Datasets
import Training

/// Decides what is to be done next in a sweep, by how it stands and nothing else.
struct SweepPlanner {
  /// What a group of ranks is to do.
  enum Step {
    /// Train a trial to the end of a rung.
    case start(trial: Int, rung: Int, TrialPlan)
    /// Write down that a new trial cannot be begun.
    case refuse(trial: Int, TrialPlan, error: String)
    /// Ask again: what others are about may lead to more work.
    case wait
    /// All is done.
    case end
  }

  let definition: SweepDefinition
  private let scheduler: any TrialScheduler
  private let search: TrialSearch
  private let searchFolders: [String]
  private var extents: [String: DatasetExtent] = [:]

  /// Prepares to plan.
  ///
  /// - Parameters:
  ///   - definition: The sweep.
  ///   - searchFolders: Folders that may hold original data files, of which the sizes are asked.
  init(_ definition: SweepDefinition, searchFolders: [String]) {
    self.definition = definition
    self.searchFolders = searchFolders
    search = TrialSearch(definition)
    let settings = definition.settings
    scheduler =
      switch settings.scheduler {
      case .none: NoScheduler()
      case .asha where settings.deterministic: CohortHalving(factor: settings.factor)
      case .asha: AsynchronousHalving(factor: settings.factor)
      case .hyperband: Hyperband(factor: settings.factor)
      case .median: MedianStopping()
      }
  }

  /// Completes trials as far as they are known, so that what is wrong with one is said before the
  /// first begins.
  ///
  /// Of many trials those are looked at that have each value of each axis once.
  ///
  /// - Throws: ``ConfigurationError`` that names the axis; `DatasetError`.
  mutating func check() throws {
    let isKnown = definition.settings.searcher != .tpe
    let plans: [TrialPlan] =
      if isKnown, definition.trialCount <= SweepPlanner.fewTrials {
        try (0..<definition.trialCount).map { try plan($0, after: []) }
      } else {
        try definition.probes.map { try plan(0, at: $0) }
      }
    // Trials are compared rung by rung.
    guard definition.settings.scheduler != .none, let first = plans.first,
      let odd = plans.first(where: { $0.rungs != first.rungs })
    else { return }
    throw ConfigurationError.malformed(
      place: definition.source,
      problem:
        "sweep.scheduler is \(definition.settings.scheduler.rawValue), which needs trials of as many "
        + "steps; some have \(first.rungs.last ?? 0) and others \(odd.rungs.last ?? 0)")
  }

  /// How many trials are all completed before a sweep begins; it takes some milliseconds for each.
  private static let fewTrials = 200

  /// Decides: what was begun goes on first, then what has proved itself, then what is new.
  mutating func next(_ state: SweepState) throws -> Step {
    if state.isAborted { return .end }
    let trials = state.trials
    if let number = trials.firstIndex(where: { $0.status == .ready }) {
      // The line that says why it could not be begun is lost.
      if trials[number].plan.rungs.isEmpty { return try begin(number, after: trials) }
      return .start(trial: number, rung: trials[number].rung, trials[number].plan)
    }
    if let number = trials.firstIndex(where: { $0.status == .unknown }) {
      return try begin(number, after: trials)
    }
    let direction = definition.settings.direction
    let count = definition.trialCount
    if let number = scheduler.promotions(trials, of: count, direction).first {
      return .start(trial: number, rung: trials[number].rung + 1, trials[number].plan)
    }
    if trials.count < count {
      return try begin(trials.count, after: trials)
    }
    if !state.running.isEmpty { return .wait }
    return lastResort(trials)
  }

  private mutating func begin(_ number: Int, after trials: [SweepState.Trial]) throws -> Step {
    let coordinates = coordinates(of: number, after: trials)
    do {
      let plan = try plan(number, at: coordinates)
      let rung = scheduler.firstRung(of: number, rungs: plan.rungs.count)
      return .start(trial: number, rung: rung, plan)
    } catch let error as ConfigurationError {
      // A combination that nobody could foresee; the others go on.
      let (used, settings) = definition.settings(of: number, at: coordinates)
      let plan = TrialPlan(coordinates: used, settings: settings, rungs: [])
      return .refuse(trial: number, plan, error: "\(error)")
    }
  }

  /// Where a scheduler would let no trial come to its end, the best does.
  private func lastResort(_ trials: [SweepState.Trial]) -> Step {
    guard !trials.contains(where: { $0.status == .finished }) else { return .end }
    let paused = trials.indices.filter { trials[$0].status == .paused }
    guard let rung = paused.map({ trials[$0].rung }).max() else { return .end }
    let candidates = paused.filter { trials[$0].rung == rung }
    guard let best = trials.ranked(candidates, at: rung, definition.settings.direction).first else {
      return .end
    }
    return .start(trial: best, rung: rung + 1, trials[best].plan)
  }

  /// What a new trial is.
  mutating func plan(_ number: Int, after trials: [SweepState.Trial]) throws -> TrialPlan {
    try plan(number, at: coordinates(of: number, after: trials))
  }

  /// Where a new trial lies; all seeds of a point have its settings, whatever was learned since the
  /// first was begun.
  private func coordinates(of number: Int, after trials: [SweepState.Trial]) -> [Double] {
    let seeds = definition.seeds.count
    let first = number - number % seeds
    return first < number && trials.indices.contains(first) && trials[first].status != .unknown
      ? trials[first].plan.coordinates.map { $0 ?? 0.5 }
      : search.coordinates(ofPoint: number / seeds, after: trials)
  }

  private mutating func plan(_ number: Int, at coordinates: [Double]) throws -> TrialPlan {
    let (used, settings) = definition.settings(of: number, at: coordinates)
    let run = try definition.configuration(settings).run
    let extent = try extent(run.data)
    let plan = try BatchPlan(
      samples: extent.training, batch: run.training.batch, shards: run.reduction.shards)
    let total = run.training.steps ?? run.training.epochs * plan.stepsPerEpoch
    let first = definition.settings.firstEpochs * plan.stepsPerEpoch
    return TrialPlan(
      coordinates: used, settings: settings, rungs: scheduler.rungs(total: total, first: first))
  }

  private mutating func extent(_ data: DataConfiguration) throws -> DatasetExtent {
    let key = "\(data)"
    if let known = extents[key] { return known }
    let extent = try DatasetExtent(of: data, searchFolders: searchFolders)
    extents[key] = extent
    return extent
  }
}
