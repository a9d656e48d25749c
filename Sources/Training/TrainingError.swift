/// What makes a training run end before its time.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// A number that must be finite is not.
  case notFinite(what: String, step: Int)
  /// Ranks that must hold the same numbers do not.
  case replicasDiffer(reason: String, step: Int)

  /// One line that says what happened.
  public var description: String {
    switch self {
    case .notFinite(let what, let step): "\(what) is not finite in step \(step)"
    case .replicasDiffer(let reason, let step):
      "after step \(step) \(reason): a bit has changed in a rank's memory, or its processor fails"
    }
  }
}
