public import Tensors

/// What a model makes of a batch without learning from it.
public struct Inference {
  /// One sample of the posterior, shape [batch, values of a code].
  public let code: Matrix
  /// The posterior mean, before any latent function, shape [batch, values of a code].
  public let mean: Matrix
  /// The decoded sample, shape [batch, pixels].
  public let reconstruction: Matrix
  /// The decoded mean, shape [batch, pixels]; with a latent function f, f(mean) decoded.
  public let meanReconstruction: Matrix
  /// The mean decoded without the latent function, if there is one, as the published code does it.
  public let rawMeanReconstruction: Matrix?
  /// KL in nats of each latent variable, summed over the batch.
  public let klPerLatent: UnsafeMutableBufferPointer<Double>
  /// How much each value of the code matters, summed over the batch; see ``Latent/importance``.
  public let importance: UnsafeMutableBufferPointer<Double>
  /// The largest rate, of families that have rates.
  public let largestRate: Float?
  /// The squared error in the units in which images are coded, summed over the batch, where they are not the images' own.
  public var codedError: Double?
}
