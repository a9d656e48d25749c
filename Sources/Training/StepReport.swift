/// What one training step did, the same on every rank.
public struct StepReport: Sendable, Equatable {
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
  /// The largest posterior rate of the batch, in expected spikes.
  public var largestRate: Double
  /// The most arrivals that were drawn per latent (n_exp).
  public var eventLimit: Int
  /// Learning rate of the step.
  public var learningRate: Double
  /// τ of the step.
  public var temperature: Double
  /// β of the step.
  public var beta: Double
}
