import DataParallel
import Datasets
import Training

/// Decides what is to be done next in a sweep, by how it stands and nothing else.
struct SweepPlanner {
  /// What a group of ranks is to do.
  enum Step {
    /// Train a trial to the end of a rung.
    case start(trial: Int, rung: Int, TrialPlan)
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

  /// Completes trials as far as they are known, so that what is wrong with one is said before the first begins.
  ///
  /// Of many trials those are looked at that have each value of each axis once.
  ///
  /// - Throws: ``ConfigurationError`` that names the axis; `DatasetError`.
  mutating func check() throws {
    let isKnown = definition.settings.searcher != .tpe
    if isKnown, definition.trialCount <= SweepPlanner.fewTrials {
      for number in 0..<definition.trialCount { _ = try plan(number, after: []) }
      return
    }
    for coordinates in definition.probes { _ = try plan(0, at: coordinates) }
  }

  /// How many trials are all completed before a sweep begins; it takes some milliseconds for each.
  private static let fewTrials = 200

  /// Decides: what was begun goes on first, then what has proved itself, then what is new.
  mutating func next(_ state: SweepState) throws -> Step {
    if state.isAborted { return .end }
    let trials = state.trials
    if let number = trials.firstIndex(where: { $0.status == .ready }) {
      return .start(trial: number, rung: trials[number].rung, trials[number].plan)
    }
    let direction = definition.settings.direction
    let count = definition.trialCount
    if let number = scheduler.promotions(trials, of: count, direction).first {
      return .start(trial: number, rung: trials[number].rung + 1, trials[number].plan)
    }
    if trials.count < count {
      let plan = try plan(trials.count, after: trials)
      let rung = scheduler.firstRung(of: trials.count, rungs: plan.rungs.count)
      return .start(trial: trials.count, rung: rung, plan)
    }
    if !state.running.isEmpty { return .wait }
    return lastResort(trials)
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
    let point = number / definition.seeds.count
    return try plan(number, at: search.coordinates(ofPoint: point, after: trials))
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
