/// When checkpoints are written and kept: the section `checkpoints` of a configuration.
public struct CheckpointConfiguration: Codable, Sendable, Equatable {
  /// How often a checkpoint is written; the end of a run always writes one.
  public var interval: CheckpointInterval
  /// The mean time between failures of the whole job, in hours, by which `auto` chooses.
  public var mtbfHours: Double
  /// How many of the newest are kept, beside the best.
  public var keep: Int

  enum CodingKeys: String, CodingKey {
    case interval
    case mtbfHours = "mtbf_hours"
    case keep
  }

  /// Describes when checkpoints are written.
  ///
  /// - Parameters:
  ///   - interval: How often.
  ///   - mtbfHours: The mean time between failures, in hours.
  ///   - keep: How many of the newest are kept.
  public init(interval: CheckpointInterval, mtbfHours: Double, keep: Int) {
    self.interval = interval
    self.mtbfHours = mtbfHours
    self.keep = keep
  }
}

/// How often checkpoints are written.
public enum CheckpointInterval: Codable, Sendable, Equatable {
  /// After so many optimizer steps.
  case steps(Int)
  /// As the measured cost of a checkpoint and the mean time between failures suggest.
  case auto

  /// Reads a number, or the word `auto`.
  ///
  /// - Parameter decoder: Where from.
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let steps = try? container.decode(Int.self) {
      self = .steps(steps)
    } else if try container.decode(String.self) == "auto" {
      self = .auto
    } else {
      throw DecodingError.typeMismatch(
        CheckpointInterval.self,
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "another word"))
    }
  }

  /// Writes a number, or the word `auto`.
  ///
  /// - Parameter encoder: Where to.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .steps(let steps): try container.encode(steps)
    case .auto: try container.encode("auto")
    }
  }
}
