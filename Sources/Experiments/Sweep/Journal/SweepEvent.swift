/// What happened in a sweep.
enum SweepEvent: Codable, Sendable {
  /// The sweep was begun, with settings that may not change.
  case opened(settings: [String: String])
  /// A group of ranks began to take trials.
  case joined(worker: SweepWorker)
  /// A group took a trial, to train it to the end of a rung.
  case started(trial: Int, rung: Int, worker: String, plan: TrialPlan)
  /// A trial reached the end of its rung.
  case reached(trial: Int, rung: Int, worker: String, measurement: TrialMeasurement)
  /// A trial failed.
  case failed(trial: Int, worker: String, failure: TrialFailure)
  /// A group was told to stop, and has saved where its trial stands.
  case released(trial: Int, worker: String, seconds: Double)
  /// A group was found to be gone; its trial was put back, at the cost of a retry unless all that was
  /// launched with the group is gone too.
  case lost(trial: Int, worker: String, isCounted: Bool)
  /// A launch was told to stop.
  case halted(session: String)
  /// A group was told that there is no work left, or that its launch stops.
  case left(worker: String, times: WorkerTimes)
}

/// What a group of ranks did with its time, in seconds.
struct WorkerTimes: Codable, Sendable {
  /// From its start to its end.
  var total = 0.0
  /// In trials.
  var training = 0.0
  /// Waiting where no trial could be begun.
  var waiting = 0.0
}

/// What a trial is: decided once, when it is begun.
struct TrialPlan: Codable, Sendable, Equatable {
  /// Coordinates in the unit cube, one for each axis; none where the axis does not apply.
  var coordinates: [Double?]
  /// Texts by key path.
  var settings: [String: String]
  /// The updates after which it is looked at; the last is its end.
  var rungs: [Int]
}

/// What was measured of a trial at the end of a rung.
struct TrialMeasurement: Codable, Sendable {
  /// A metric.
  struct Metric: Codable, Sendable {
    let name: String
    let value: Double
  }

  /// Updates so far.
  var step: Int
  /// Whether it is the end of the trial.
  var isLast: Bool
  /// The objective.
  var objective: Double
  /// In the order of the summary.
  var metrics: [Metric]
  /// SHA-256 of all parameters.
  var digest: String?
  /// Time that this part took.
  var seconds: Double
}

/// How a trial failed.
struct TrialFailure: Codable, Sendable {
  /// Why.
  enum Cause: String, Codable, Sendable {
    /// An error, which may not come again.
    case error
    /// Settings that no run can have.
    case settings
    /// Numbers that diverged, and would diverge again.
    case diverged
    /// It took longer than it may.
    case time
  }

  var cause: Cause
  var error: String
  /// Time that this part took.
  var seconds: Double
}

/// A group of ranks that takes trials.
struct SweepWorker: Codable, Sendable, Equatable {
  /// A name that no other group has.
  var name: String
  /// The process that speaks for the group.
  var process: ProcessIdentity
  /// The first group of the same launch.
  var session: String
  /// The Slurm job or array task, and how often it was begun again.
  var job: String?
  var restarts: Int
  /// The number of ranks.
  var ranks: Int
}
