/// What a trial of a sweep has come to so far.
struct TrialResult: Sendable {
  /// How far a trial is.
  enum State: String, Sendable, CaseIterable {
    /// Not begun, or begun and put off.
    case waiting
    /// Being trained.
    case running
    /// Trained to a rung of the scheduler, and not (yet) promoted.
    case paused
    /// Ended early by the scheduler.
    case stopped
    /// Trained to its end.
    case finished
    /// Given up; see ``TrialResult/error``.
    case failed
  }

  /// Its number, from 0.
  let number: Int
  /// The texts of its settings by key path: of each axis, without those that do not apply to it.
  let settings: [String: String]
  /// How far it is.
  let state: State
  /// Updates that it has been trained for.
  let step: Int
  /// The last objective.
  let objective: Double?
  /// The last metrics, in the order of the summary.
  let metrics: [(name: String, value: Double)]
  /// SHA-256 of all parameters, in hexadecimal.
  let digest: String?
  /// Why it failed.
  let error: String?
  /// Time spent on it, over all of its parts.
  let seconds: Double
  /// How often it was begun again after a failure.
  let retries: Int
  /// The folder of its run.
  let folder: String
}
