/// The model of a run: the section `model` of a configuration.
///
/// There are no defaults here: whoever reads a configuration completes it first. Unless said
/// otherwise, keys are those of the published code of Vafaii, Galor & Yates, "Poisson Variational
/// Autoencoder", NeurIPS 2024.
public struct ModelConfiguration: Codable, Sendable, Equatable {
  /// The law of the latent variables.
  public var family: ModelFamily
  /// How an image becomes posterior parameters.
  public var encoder: NetworkKind
  /// How a code becomes an image.
  public var decoder: NetworkKind
  /// Number of latent variables, K.
  public var latents: Int
  /// Standard deviation of the initial weights of encoder and decoder, normal with mean 0.
  public var initialScale: Double
  /// How the log prior rates start, in log expected spikes per sample.
  public var prior: PoissonPriorConfiguration
  /// C, the soft upper bound of a posterior's log rate, in log expected spikes per sample.
  ///
  /// A log rate a becomes C − ln(1 + e^(C − a)): 5.3 in the code of 2024, 5 in that of 2026.
  public var rateClamp: Double
  /// The soft indicator of the relaxed sample.
  public var indicator: Indicator
  /// Whether input can only raise a rate above the prior's: the encoder's output is held softly
  /// between 0 and 10 instead of below 10.
  public var excitationOnly: Bool
  /// How counts are drawn in evaluation.
  public var evaluationCounts: EvaluationCounts

  enum CodingKeys: String, CodingKey {
    case family
    case encoder
    case decoder
    case latents
    case initialScale = "initial_scale"
    case prior
    case rateClamp = "rate_clamp"
    case indicator
    case excitationOnly = "excitation_only"
    case evaluationCounts = "evaluation_counts"
  }

  /// Describes a model.
  ///
  /// - Parameters:
  ///   - family: The law of the latent variables.
  ///   - encoder: How an image becomes posterior parameters.
  ///   - decoder: How a code becomes an image.
  ///   - latents: Number of latent variables.
  ///   - initialScale: Standard deviation of the initial weights.
  ///   - prior: How the log prior rates start.
  ///   - rateClamp: The soft upper bound of a log rate.
  ///   - indicator: The soft indicator of the relaxed sample.
  ///   - excitationOnly: Whether input can only raise a rate.
  ///   - evaluationCounts: How counts are drawn in evaluation.
  public init(
    family: ModelFamily, encoder: NetworkKind, decoder: NetworkKind, latents: Int,
    initialScale: Double, prior: PoissonPriorConfiguration, rateClamp: Double,
    indicator: Indicator, excitationOnly: Bool, evaluationCounts: EvaluationCounts
  ) {
    self.family = family
    self.encoder = encoder
    self.decoder = decoder
    self.latents = latents
    self.initialScale = initialScale
    self.prior = prior
    self.rateClamp = rateClamp
    self.indicator = indicator
    self.excitationOnly = excitationOnly
    self.evaluationCounts = evaluationCounts
  }
}

/// The law of a model's latent variables.
public enum ModelFamily: String, Codable, Sendable, CaseIterable {
  /// Spike counts; see ``PoissonLatent``.
  case poisson
}

/// A kind of encoder or decoder.
public enum NetworkKind: String, Codable, Sendable, CaseIterable {
  /// One matrix, without a bias.
  case linear
}

/// How counts are drawn in evaluation.
public enum EvaluationCounts: String, Codable, Sendable, CaseIterable {
  /// The arrivals before time 1 among as many as training draws (the code of 2024).
  case truncated
  /// Poisson variates (the code of 2026).
  case exact
}
