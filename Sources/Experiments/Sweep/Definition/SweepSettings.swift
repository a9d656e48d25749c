/// How a sweep goes about its trials: the single values of the section `sweep`.
struct SweepSettings: Codable, Sendable, Equatable {
  /// How points are chosen.
  enum Searcher: String, Codable, Sendable, CaseIterable {
    /// All combinations of the axes' values.
    case grid
    /// Independent draws.
    case random
    /// A Sobol sequence.
    case sobol
    /// A tree-structured Parzen estimator, which learns from the trials so far.
    case tpe
  }

  /// How trials are ended early.
  enum Scheduler: String, Codable, Sendable, CaseIterable {
    /// Not at all.
    case none
    /// Asynchronous successive halving.
    case asha
    /// Brackets of successive halving that differ in how early they begin to choose.
    case hyperband
    /// A trial ends that is worse than the median of the others was.
    case median
  }

  var base: String?
  var searcher: Searcher
  var points: Int?
  var seed: UInt32
  var objective: String?
  var direction: SweepDirection
  var scheduler: Scheduler
  var firstEpochs: Int
  var factor: Int
  var deterministic: Bool
  var ranksPerTrial: Int
  var onTrialFailure: FailurePolicy
  var trialTime: String?
  var lease: Int

  enum CodingKeys: String, CodingKey {
    case base
    case searcher
    case points
    case seed
    case objective
    case direction
    case scheduler
    case firstEpochs = "first_epochs"
    case factor
    case deterministic
    case ranksPerTrial = "ranks_per_trial"
    case onTrialFailure = "on_trial_failure"
    case trialTime = "trial_time"
    case lease
  }
}

/// What happens when a trial fails.
enum FailurePolicy: Codable, Sendable, Equatable {
  /// It is begun again, so many times; then it is marked and passed over.
  case retry(Int)
  /// It is marked and passed over.
  case skip
  /// The sweep ends.
  case abort

  /// How often a trial may be begun again.
  var retries: Int { if case .retry(let count) = self { count } else { 0 } }

  /// Reads `retry N`, `skip` or `abort`.
  init?(_ text: String) {
    let words = text.split(separator: " ")
    switch words.first {
    case "skip" where words.count == 1: self = .skip
    case "abort" where words.count == 1: self = .abort
    case "retry":
      guard words.count == 2, let count = Int(words[1]), (1...1000).contains(count) else {
        return nil
      }
      self = .retry(count)
    default: return nil
    }
  }

  /// As it stands in the file.
  var text: String {
    switch self {
    case .retry(let count): "retry \(count)"
    case .skip: "skip"
    case .abort: "abort"
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let policy = FailurePolicy(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected retry N, skip or abort")
    }
    self = policy
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
