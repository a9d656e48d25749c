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
  /// Number of categories of a categorical variable, M.
  public var categories: Int
  /// What is applied to a Gaussian or Laplace sample before the decoder.
  public var latentFunction: LatentFunction
  /// Standard deviation of the initial weights next to the latent variables, normal with mean 0: of the
  /// encoder's last layer, and of a linear decoder.
  public var initialScale: Double
  /// The probability with which residual dense layers drop a hidden unit in training.
  public var dropout: Double
  /// The prior.
  public var prior: PriorConfiguration
  /// C, the soft upper bound of a Poisson posterior's log rate, in log expected spikes per sample.
  ///
  /// A log rate a becomes C − ln(1 + e^(C − a)): 5.3 in the code of 2024, 5 in that of 2026.
  public var rateClamp: Double
  /// c, the soft bound of a log scale a on either side: it becomes c·tanh(a/c).
  public var scaleClamp: Double
  /// The soft indicator of the relaxed Poisson sample.
  public var indicator: Indicator
  /// Whether input can only raise a rate above the prior's: the encoder's output is held softly
  /// between 0 and 10 instead of below 10.
  public var excitationOnly: Bool
  /// How counts are drawn in evaluation.
  public var evaluationCounts: EvaluationCounts
  /// Which variance the exact loss of categorical variables takes.
  public var categoricalVariance: CategoricalVariance
  /// How sparse codes are inferred, of families that are sparse coding.
  public var sparseCoding: SparseCodingConfiguration

  enum CodingKeys: String, CodingKey {
    case family
    case encoder
    case decoder
    case latents
    case categories
    case latentFunction = "latent_function"
    case initialScale = "initial_scale"
    case dropout
    case prior
    case rateClamp = "rate_clamp"
    case scaleClamp = "scale_clamp"
    case indicator
    case excitationOnly = "excitation_only"
    case evaluationCounts = "evaluation_counts"
    case categoricalVariance = "categorical_variance"
    case sparseCoding = "sparse_coding"
  }
}

/// The law of a model's latent variables.
public enum ModelFamily: String, Codable, Sendable, CaseIterable {
  /// Spike counts; see ``PoissonLatent``.
  case poisson
  /// Normal numbers; see ``LocationScaleLatent``.
  case gaussian
  /// Laplace numbers; see ``LocationScaleLatent``.
  case laplace
  /// One of several categories; see ``CategoricalLatent``.
  case categorical
  /// Sparse codes by the locally competitive algorithm; see ``SparseCoder``.
  case lca
  /// Sparse codes by iterative shrinkage.
  case ista
  /// Sparse codes by iterative shrinkage with momentum.
  case fista

  /// Whether codes are inferred under a dictionary, without an encoder and a prior.
  public var isSparseCoding: Bool {
    switch self {
    case .lca, .ista, .fista: true
    case .poisson, .gaussian, .laplace, .categorical: false
    }
  }
}

/// How counts are drawn in evaluation.
public enum EvaluationCounts: String, Codable, Sendable, CaseIterable {
  /// The arrivals before time 1 among as many as training draws (the code of 2024).
  case truncated
  /// Poisson variates (the code of 2026).
  case exact
}

/// Which variance of a one-hot code the exact loss takes.
public enum CategoricalVariance: String, Codable, Sendable, CaseIterable {
  /// That of one-hot codes, whose values exclude each other.
  case correct
  /// p·(1 − p) as if values were independent: the fault of the published code, for its numbers' sake.
  case published
}
