/// How a sweep stands: what its journal comes to.
struct SweepState {
  /// How a trial stands.
  struct Trial {
    /// How far it is.
    enum Status: Equatable {
      /// Nothing is known of it: the line of the journal that began it is lost.
      case unknown
      /// To be begun, or gone on with.
      case ready
      /// A group trains it.
      case running(worker: String)
      /// At the end of a rung that is not the last.
      case paused
      /// At its end.
      case finished
      /// Given up.
      case failed
    }

    var plan: TrialPlan
    var status: Status
    /// The rung that it is trained to, or has come to.
    var rung: Int
    /// What was measured at the ends of rungs, by rung.
    var measurements: [Int: TrialMeasurement] = [:]
    var retries = 0
    var error: String?
    var seconds = 0.0

    var last: TrialMeasurement? { measurements.max { $0.key < $1.key }?.value }
  }

  /// All trials that were begun, by number, and those before them of which nothing is known.
  private(set) var trials: [Trial] = []
  private(set) var workers: [String: SweepWorker] = [:]
  /// The workers whose ranks are gone.
  private(set) var lost: Set<String> = []
  /// What the sweep was begun with.
  private(set) var settings: [String: String]?
  /// The launches that were told to stop.
  private(set) var halted: Set<String> = []
  /// Whether a failure has ended it.
  private(set) var isAborted = false
  private let policy: FailurePolicy
  private let bounds: Bounds

  /// What the trials of a sweep can be: its journal may tell of others, if somebody has changed it.
  struct Bounds: Equatable {
    /// How many there are.
    var trials: Int
    /// How many coordinates each has.
    var axes: Int
  }

  /// Trials in a row of which a journal can have lost the beginnings.
  private static let mostLost = 10_000

  /// A sweep of which nothing is known.
  ///
  /// - Parameters:
  ///   - policy: What becomes of trials that fail.
  ///   - bounds: What its trials can be.
  init(_ policy: FailurePolicy, _ bounds: Bounds) {
    self.policy = policy
    self.bounds = bounds
  }

  /// The trials that are being trained, with who trains them.
  var running: [(trial: Int, worker: String)] {
    trials.indices.compactMap { number in
      if case .running(let worker) = trials[number].status { (number, worker) } else { nil }
    }
  }

  /// Takes note of what happened.
  ///
  /// - Returns: Whether it can have happened: not to trials that the sweep does not have.
  @discardableResult
  mutating func apply(_ event: SweepEvent) -> Bool {
    guard isPossible(event) else { return false }
    let policy = policy
    switch event {
    case .opened(let settings): self.settings = self.settings ?? settings
    case .joined(let worker): workers[worker.name] = worker
    case .halted(let session): halted.insert(session)
    case .left: break
    case .started(let trial, let rung, let worker, let plan):
      while trials.count <= trial {
        trials.append(Trial(plan: .unknown, status: .unknown, rung: 0))
      }
      if trials[trial].status == .unknown { trials[trial].plan = plan }
      trials[trial].status = .running(worker: worker)
      trials[trial].rung = rung
    case .reached(let trial, let rung, let worker, let measurement):
      // One that was given up meanwhile may come to the same end as whoever took its trial over.
      let isLate = trials.indices.contains(trial) && trials[trial].isUnderWay(at: rung)
      change(trial, of: isLate ? nil : worker) {
        $0.measurements[rung] = measurement
        $0.seconds += measurement.seconds
        $0.error = nil
        let isLast = measurement.isLast || rung >= $0.plan.rungs.count - 1
        $0.status = isLast ? .finished : .paused
      }
    case .failed(let trial, let worker, let failure):
      change(trial, of: worker) {
        $0.seconds += failure.seconds
        $0.error = failure.error
        // The same numbers would diverge again, and the same time would pass.
        $0.retry(isAllowed: failure.cause == .error, policy)
      }
    case .released(let trial, let worker, let seconds):
      change(trial, of: worker) {
        $0.seconds += seconds
        $0.status = .ready
      }
    case .lost(let trial, let worker, let isCounted):
      lost.insert(worker)
      change(trial, of: worker) {
        $0.status = .ready
        guard isCounted else { return }
        $0.error = "the ranks that trained it were lost"
        $0.retry(isAllowed: true, policy)
      }
    }
    return true
  }

  /// Whether an event is about a trial that there is, or can be.
  private func isPossible(_ event: SweepEvent) -> Bool {
    switch event {
    case .opened, .joined, .halted, .left: return true
    case .started(let trial, let rung, _, let plan):
      guard (0..<bounds.trials).contains(trial), trial - trials.count <= SweepState.mostLost,
        plan.isPossible(axes: bounds.axes)
      else { return false }
      let plans = isKnown(trial) ? [plan, trials[trial].plan] : [plan]
      // A trial that could not be begun has no rungs.
      return plans.allSatisfy {
        $0.rungs.indices.contains(rung) || $0.rungs.isEmpty && rung == 0
      }
    case .reached(let trial, let rung, _, let measurement):
      return isKnown(trial) && trials[trial].plan.rungs.indices.contains(rung)
        && measurement.isPossible
    case .failed(let trial, _, let failure): return isKnown(trial) && failure.seconds.isTime
    case .released(let trial, _, let seconds): return isKnown(trial) && seconds.isTime
    case .lost(let trial, _, _): return isKnown(trial)
    }
  }

  /// Whether a trial is known to have been begun.
  func isKnown(_ trial: Int) -> Bool {
    trials.indices.contains(trial) && trials[trial].status != .unknown
  }

  /// Changes a trial that a worker trains; what comes too late changes nothing.
  private mutating func change(_ trial: Int, of worker: String?, _ body: (inout Trial) -> Void) {
    guard trials.indices.contains(trial) else { return }
    if let worker, trials[trial].status != .running(worker: worker) { return }
    body(&trials[trial])
    if trials[trial].status == .failed, policy == .abort { isAborted = true }
  }
}

extension SweepState {
  /// A sweep of which nothing is known.
  init(_ definition: SweepDefinition) {
    self.init(
      definition.settings.onTrialFailure,
      Bounds(trials: definition.trialCount, axes: definition.axes.count))
  }
}

extension SweepState.Trial {
  /// Whether it is being trained to the end of a rung, or is to be, by whomever.
  fileprivate func isUnderWay(at rung: Int) -> Bool {
    guard self.rung == rung else { return false }
    switch status {
    case .ready, .running: return true
    case .unknown, .paused, .finished, .failed: return false
    }
  }

  /// Puts the trial back, or gives it up.
  fileprivate mutating func retry(isAllowed: Bool, _ policy: FailurePolicy) {
    guard isAllowed, retries < policy.retries else {
      status = .failed
      return
    }
    retries += 1
    status = .ready
  }
}

extension TrialPlan {
  /// The plan of a trial of which nothing is known.
  fileprivate static let unknown = TrialPlan(coordinates: [], settings: [:], rungs: [])

  /// Whether a trial of a sweep can be this.
  fileprivate func isPossible(axes: Int) -> Bool {
    coordinates.count == axes && coordinates.allSatisfy { $0.map((0...1).contains) ?? true }
      && rungs.allSatisfy(\.isCount) && zip(rungs, rungs.dropFirst()).allSatisfy { $0 < $1 }
  }
}

extension TrialMeasurement {
  /// Whether a trial can have come to this.
  fileprivate var isPossible: Bool { step.isCount && seconds.isTime }
}

extension Double {
  /// Whether these are seconds that something can have taken.
  fileprivate var isTime: Bool { (0...1e12).contains(self) }
}
