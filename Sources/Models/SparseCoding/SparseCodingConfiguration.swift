/// How sparse codes are inferred: the section `model.sparse_coding` of a configuration.
///
/// Sources of the keys: the script and the library lca-pytorch with which Vafaii, Galor & Yates, "Poisson
/// Variational Autoencoder", NeurIPS 2024, learned dictionaries.
public struct SparseCodingConfiguration: Codable, Sendable, Equatable {
  /// λ, the weight of the codes' L1 norm, in the end and in evaluation.
  public var threshold: Double
  /// λ in the first epochs of training.
  public var thresholdStart: Double
  /// What λ rises by, until it has reached ``threshold``.
  public var thresholdStep: Double
  /// Epochs from one rise to the next.
  public var thresholdEpochs: Int
  /// Iterations of an inference.
  public var iterations: Int
  /// τ of LCA, in iterations.
  public var timeConstant: Double
  /// Whether each image is brought to mean 0 and variance 1 before it is coded; errors are in its own units all the same.
  public var normalizeInputs: Bool

  enum CodingKeys: String, CodingKey {
    case threshold
    case thresholdStart = "threshold_start"
    case thresholdStep = "threshold_step"
    case thresholdEpochs = "threshold_epochs"
    case iterations
    case timeConstant = "time_constant"
    case normalizeInputs = "normalize_inputs"
  }

  /// λ of an epoch.
  ///
  /// - Parameter epoch: From 0.
  /// - Returns: The start, risen by a step as often as the epochs allow, and at most the threshold.
  public func threshold(epoch: Int) -> Double {
    min(threshold, thresholdStart + thresholdStep * Double(epoch / thresholdEpochs))
  }
}
