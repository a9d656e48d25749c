public import Tensors

/// How the expected loss of a batch is estimated.
public enum TrainingMethod: String, Codable, Sendable, CaseIterable {
  /// Monte Carlo: one relaxed sample per image.
  case mc
  /// The expectation in closed form, for linear decoders.
  case exact
  /// Straight-through: as Monte Carlo, but with whole counts forward once the temperature has
  /// reached its end.
  case st
}

/// What a training pass over a part of a global batch needs to know beside the data.
public struct TrainingPass {
  /// How the loss is estimated.
  public let method: TrainingMethod
  /// τ at this step.
  public let temperature: Float
  /// Whether τ has reached its end.
  public let isCold: Bool
  /// β at this step, the weight of the KL.
  public let beta: Float
  /// The most arrivals that are drawn; see ``EventLimit``.
  public let eventLimit: Int
  /// The size of the global batch, over which the loss is a mean.
  public let globalBatch: Int
  /// Where random numbers come from.
  public let noise: SampleNoise

  /// Describes a pass.
  ///
  /// - Parameters:
  ///   - method: How the loss is estimated.
  ///   - temperature: τ.
  ///   - isCold: Whether τ has reached its end.
  ///   - beta: β.
  ///   - eventLimit: The most arrivals that are drawn.
  ///   - globalBatch: The size of the global batch.
  ///   - noise: Where random numbers come from.
  public init(
    method: TrainingMethod, temperature: Float, isCold: Bool, beta: Float, eventLimit: Int,
    globalBatch: Int, noise: SampleNoise
  ) {
    self.method = method
    self.temperature = temperature
    self.isCold = isCold
    self.beta = beta
    self.eventLimit = eventLimit
    self.globalBatch = globalBatch
    self.noise = noise
  }

  /// How this pass samples: straight through only once the temperature has reached its end.
  var sampling: LatentSampling {
    method == .st && isCold
      ? .straightThrough(temperature: temperature, limit: eventLimit)
      : .relaxed(temperature: temperature, limit: eventLimit)
  }
}

/// The loss of some samples, by its terms; sums, not means.
public struct LossTerms: Sendable, Equatable {
  /// Σ ‖x − y‖² over the samples.
  public var reconstruction: Double
  /// Σ KL over the samples, in nats.
  public var kl: Double
  /// The largest posterior rate, in expected spikes; not a number if any rate is none, `nil` without rates.
  public var largestRate: Float?

  /// Holds the terms.
  ///
  /// - Parameters:
  ///   - reconstruction: Σ ‖x − y‖².
  ///   - kl: Σ KL in nats.
  ///   - largestRate: The largest rate.
  public init(reconstruction: Double, kl: Double, largestRate: Float?) {
    self.reconstruction = reconstruction
    self.kl = kl
    self.largestRate = largestRate
  }
}
