/// What one training step did, the same on every rank.
public struct StepReport: Sendable, Equatable {
  /// The rates of a batch.
  public struct Rates: Sendable, Equatable {
    /// The largest posterior rate, in expected spikes.
    public var largest: Double
    /// The most arrivals that were drawn per latent (n_exp).
    public var eventLimit: Int
  }

  /// Number of the step, counted from 1: that many updates have been made.
  public var step: Int
  /// Number of the epoch that the step belongs to, counted from 1.
  public var epoch: Int
  /// The minimised loss: `mse + beta · kl`, a mean over the global batch.
  public var loss: Double
  /// Squared error summed over pixels, a mean over the global batch.
  public var mse: Double
  /// KL summed over latents, in nats, a mean over the global batch.
  public var kl: Double
  /// The norm of the whole gradient before it was clipped.
  public var gradientNorm: Double
  /// What there is to say of rates, in families that have them.
  public var rates: Rates?
  /// Learning rate of the step.
  public var learningRate: Double
  /// τ of the step.
  public var temperature: Double
  /// β of the step.
  public var beta: Double
}
