/// How a sweep stands: what its journal comes to.
struct SweepState {
  /// How a trial stands.
  struct Trial {
    /// How far it is.
    enum Status: Equatable {
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

    let plan: TrialPlan
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

  /// All trials that were begun, by number.
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

  init(_ policy: FailurePolicy) { self.policy = policy }

  /// The trials that are being trained, with who trains them.
  var running: [(trial: Int, worker: String)] {
    trials.indices.compactMap { number in
      if case .running(let worker) = trials[number].status { (number, worker) } else { nil }
    }
  }

  /// Takes note of what happened.
  mutating func apply(_ event: SweepEvent) {
    let policy = policy
    switch event {
    case .opened(let settings): self.settings = self.settings ?? settings
    case .joined(let worker): workers[worker.name] = worker
    case .halted(let session): halted.insert(session)
    case .left: break
    case .started(let trial, let rung, let worker, let plan):
      if trial == trials.count { trials.append(Trial(plan: plan, status: .ready, rung: rung)) }
      trials[trial].status = .running(worker: worker)
      trials[trial].rung = rung
    case .reached(let trial, let rung, let worker, let measurement):
      // One that was given up meanwhile may come to the same end as whoever took its trial over.
      let isLate = trials.indices.contains(trial) && trials[trial].isUnderWay(at: rung)
      change(trial, of: isLate ? nil : worker) {
        $0.measurements[rung] = measurement
        $0.seconds += measurement.seconds
        $0.error = nil
        $0.status = measurement.isLast ? .finished : .paused
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
  }

  /// Changes a trial that a worker trains; what comes too late changes nothing.
  private mutating func change(_ trial: Int, of worker: String?, _ body: (inout Trial) -> Void) {
    guard trials.indices.contains(trial) else { return }
    if let worker, trials[trial].status != .running(worker: worker) { return }
    body(&trials[trial])
    if trials[trial].status == .failed, policy == .abort { isAborted = true }
  }
}

extension SweepState.Trial {
  /// Whether it is being trained to the end of a rung, or is to be, by whomever.
  fileprivate func isUnderWay(at rung: Int) -> Bool {
    guard self.rung == rung else { return false }
    switch status {
    case .ready, .running: return true
    case .paused, .finished, .failed: return false
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
