/// Something that happened to a trial of an ``OptunaStudy``.
///
/// Trials are numbered from 0 in the order in which they are created. Once it has ended, nothing happens
/// to a trial any more; Optuna would not heed it. Times are in seconds since 1970.
enum OptunaEvent: Sendable {
  /// How a trial ends.
  enum Outcome: Sendable {
    /// At its end, with this objective; what is not a number counts as a failure, as it does in Optuna.
    case complete(Double)
    /// Stopped early, with the objective of that time if there was one.
    case pruned(Double?)
    /// Given up.
    case failed
  }

  /// A trial is planned.
  case queued(trial: Int)
  /// A trial begins: the one that was planned, or a new one.
  case started(trial: Int, time: Double)
  /// A trial's setting is known.
  case parameter(trial: Int, name: String, value: OptunaParameter)
  /// The objective has been measured on the way.
  case intermediate(trial: Int, step: Int, objective: Double)
  /// Something else to be known of a trial; given again, it replaces what was.
  case attribute(trial: Int, name: String, value: OptunaScalar)
  /// A trial ends.
  case ended(trial: Int, outcome: Outcome, time: Double)
}
