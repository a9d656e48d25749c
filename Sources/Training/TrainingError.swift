/// What makes a training run end before its time.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// A number that must be finite is not.
  case notFinite(what: String, step: Int)

  /// One line that says what happened.
  public var description: String {
    switch self {
    case .notFinite(let what, let step): "\(what) is not finite in step \(step)"
    }
  }
}
