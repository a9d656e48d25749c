/// A line of a run's log, as far as it is shown while the run goes on.
struct MetricsLine: Decodable, Equatable {
  /// What was logged.
  enum Kind: String, Decodable {
    case start
    case step
    case validation
  }

  var kind: Kind
  /// The optimizer's updates so far.
  var step: Int
  /// The epoch that the step belongs to, from 1.
  var epoch: Int?
  var loss: Double?
  var nelbo: Double?
  var mse: Double?
  var kl: Double?
  /// Of sparse coding, in place of NELBO and KL.
  var energy: Double?
  var norm: Double?
  /// Time spent on training so far, over all parts of the run.
  var seconds: Double?
  /// Of a start: steps of the whole run.
  var totalSteps: Int?
  /// Of a start: steps of an epoch.
  var stepsPerEpoch: Int?

  enum CodingKeys: String, CodingKey {
    case kind
    case step
    case epoch
    case loss
    case nelbo
    case mse
    case kl
    case energy
    case norm = "l1_norm"
    case seconds
    case totalSteps = "total_steps"
    case stepsPerEpoch = "steps_per_epoch"
  }
}

extension MetricsLine {
  /// Reads a line.
  ///
  /// - Parameter decoder: Where from.
  /// - Throws: `DecodingError`, also where a number of steps or epochs can be none.
  init(from decoder: any Decoder) throws {
    let line = try decoder.container(keyedBy: CodingKeys.self)
    func count(_ key: CodingKeys, least: Int = 0) throws -> Int? {
      let number = try line.decodeIfPresent(Int.self, forKey: key)
      guard let number, !number.isCount || number < least else { return number }
      throw DecodingError.dataCorruptedError(
        forKey: key, in: line, debugDescription: "\(number) is no count")
    }
    func number(_ key: CodingKeys) throws -> Double? {
      try line.decodeIfPresent(Double.self, forKey: key)
    }
    kind = try line.decode(Kind.self, forKey: .kind)
    step = try count(.step) ?? line.decode(Int.self, forKey: .step)
    epoch = try count(.epoch)
    (loss, nelbo, mse, kl) = (
      try number(.loss), try number(.nelbo), try number(.mse), try number(.kl)
    )
    (energy, norm, seconds) = (try number(.energy), try number(.norm), try number(.seconds))
    totalSteps = try count(.totalSteps)
    stepsPerEpoch = try count(.stepsPerEpoch, least: 1)
  }
}
