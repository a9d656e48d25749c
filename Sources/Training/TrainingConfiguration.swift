public import Models

/// How a model is trained: the section `training` of a configuration.
///
/// There are no defaults here: whoever reads a configuration completes it first. Shares are of
/// the steps that ``Schedules`` runs over. Source of all keys but those of the log: the published
/// code of Vafaii, Galor & Yates, "Poisson Variational Autoencoder", NeurIPS 2024.
public struct TrainingConfiguration: Codable, Sendable, Equatable {
  /// How the expected loss is estimated.
  public var method: TrainingMethod
  /// Samples in a global batch, whatever the number of ranks.
  public var batch: Int
  /// Passes over the data; schedules run over all of them.
  public var epochs: Int
  /// Ends the run after so many updates; schedules stay those of the epochs.
  public var steps: Int?
  /// The number of steps over which schedules run, if not that of the epochs.
  public var scheduleSteps: Int?
  /// β, the final weight of the KL; metrics are reported with weight 1 all the same.
  public var beta: Double
  /// How the weight of the KL gets there.
  public var betaSchedule: BetaScheduleConfiguration
  /// The temperature of relaxed samples.
  public var temperature: TemperatureConfiguration
  /// η, the largest learning rate.
  public var learningRate: Double
  /// How the learning rate rises and falls.
  public var learningRateSchedule: LearningRateScheduleConfiguration
  /// Bound of the Euclidean norm of the whole gradient of the batch's mean loss; `nil` for none.
  public var gradientClip: Double?
  /// What the bound is multiplied by during the warm-up.
  public var warmUpClipFactor: Double
  /// Factor of the parameters that is added to the clipped gradient.
  public var weightDecay: Double
  /// The optimizer's constants.
  public var adamax: AdamaxConfiguration
  /// What becomes of a run that loses a rank.
  public var onRankFailure: RankFailurePolicy
  /// Epochs from one validation to the next; the last epoch always ends with one.
  public var validateEvery: Int
  /// Steps from one line of the log to the next.
  public var logEvery: Int

  enum CodingKeys: String, CodingKey {
    case method
    case batch
    case epochs
    case steps
    case scheduleSteps = "schedule_steps"
    case beta
    case betaSchedule = "beta_schedule"
    case temperature
    case learningRate = "learning_rate"
    case learningRateSchedule = "learning_rate_schedule"
    case gradientClip = "gradient_clip"
    case warmUpClipFactor = "warm_up_clip_factor"
    case weightDecay = "weight_decay"
    case adamax
    case onRankFailure = "on_rank_failure"
    case validateEvery = "validate_every"
    case logEvery = "log_every"
  }

  /// Writes every key, those without a value as null, so that a saved configuration is complete.
  ///
  /// - Parameter encoder: Where to.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(method, forKey: .method)
    try container.encode(batch, forKey: .batch)
    try container.encode(epochs, forKey: .epochs)
    try container.encode(steps, forKey: .steps)
    try container.encode(scheduleSteps, forKey: .scheduleSteps)
    try container.encode(beta, forKey: .beta)
    try container.encode(betaSchedule, forKey: .betaSchedule)
    try container.encode(temperature, forKey: .temperature)
    try container.encode(learningRate, forKey: .learningRate)
    try container.encode(learningRateSchedule, forKey: .learningRateSchedule)
    try container.encode(gradientClip, forKey: .gradientClip)
    try container.encode(warmUpClipFactor, forKey: .warmUpClipFactor)
    try container.encode(weightDecay, forKey: .weightDecay)
    try container.encode(adamax, forKey: .adamax)
    try container.encode(onRankFailure, forKey: .onRankFailure)
    try container.encode(validateEvery, forKey: .validateEvery)
    try container.encode(logEvery, forKey: .logEvery)
  }
}

/// How the weight of the KL rises to its final value.
public struct BetaScheduleConfiguration: Codable, Sendable, Equatable {
  /// The first weight.
  public var start: Double
  /// Share of all steps for which the first value is held, from 0 to 1.
  public var hold: Double
  /// Share of all steps over which it then rises linearly, from 0 to 1.
  public var anneal: Double

  enum CodingKeys: String, CodingKey {
    case start
    case hold
    case anneal
  }
}

/// How the temperature of relaxed samples falls.
public struct TemperatureConfiguration: Codable, Sendable, Equatable {
  /// The first value, in units of the interval in which events are counted.
  public var start: Double
  /// The last value, in the same units.
  public var stop: Double
  /// Share of all steps over which it falls, from 0 to 1.
  public var anneal: Double
  /// The law by which it falls.
  public var schedule: TemperatureSchedule

  enum CodingKeys: String, CodingKey {
    case start
    case stop
    case anneal
    case schedule
  }
}

/// The law by which a temperature falls.
public enum TemperatureSchedule: String, Codable, Sendable, CaseIterable {
  /// Equal differences from step to step, both ends included.
  case linear
  /// Equal ratios of the distance to the last value.
  case exponential
}

/// How the learning rate rises and falls.
public struct LearningRateScheduleConfiguration: Codable, Sendable, Equatable {
  /// The value that the cosine reaches.
  public var floor: Double
  /// Epochs of linear rise from 0.
  public var warmUpEpochs: Int
  /// Share of all steps for the rise, from 0 to 1; replaces the epochs unless `nil`.
  public var warmUpShare: Double?
  /// How often the cosine rises again after it fell, over 2·restarts + 1 half periods in all.
  public var restarts: Int

  enum CodingKeys: String, CodingKey {
    case floor
    case warmUpEpochs = "warm_up_epochs"
    case warmUpShare = "warm_up_share"
    case restarts
  }

  /// Writes every key, those without a value as null, so that a saved configuration is complete.
  ///
  /// - Parameter encoder: Where to.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(floor, forKey: .floor)
    try container.encode(warmUpEpochs, forKey: .warmUpEpochs)
    try container.encode(warmUpShare, forKey: .warmUpShare)
    try container.encode(restarts, forKey: .restarts)
  }
}

/// The constants of ``Adamax``.
///
/// Source: Kingma & Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, §7.1.
public struct AdamaxConfiguration: Codable, Sendable, Equatable {
  /// β₁, the decay of the mean.
  public var firstMoment: Double
  /// β₂, the decay of the largest magnitude.
  public var secondMoment: Double
  /// ε, which keeps the divisor from 0.
  public var epsilon: Double

  enum CodingKeys: String, CodingKey {
    case firstMoment = "first_moment"
    case secondMoment = "second_moment"
    case epsilon
  }
}
