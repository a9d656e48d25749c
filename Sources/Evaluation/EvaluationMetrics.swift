/// What a model scores on held-out data, with the field's definitions.
///
/// Squared errors are summed over pixels and averaged over images; KL is in nats, summed over
/// latents and averaged over images.
public struct EvaluationMetrics: Sendable, Equatable {
  /// Number of images.
  public var images: Int
  /// `mse + kl`, whatever β the model was trained with.
  public var nelbo: Double
  /// Squared error of one decoded sample per image.
  public var mse: Double
  /// Squared error of the decoded posterior mean.
  public var mseMap: Double
  /// Squared error of the posterior mean decoded without the latent function, as the published code has it; the same
  /// as `mseMap` where there is no such function.
  public var mseMapOfficial: Double
  /// KL(posterior ‖ prior).
  public var kl: Double
  /// `mse` divided by the number of pixels.
  public var msePerPixel: Double
  /// 1 − (squared error)/(squared deviation from the image's mean), averaged over images that are not constant.
  public var r2: Double
  /// Treves–Rolls sparsity over images, averaged over latents; 1 for a latent that is silent.
  public var lifetimeSparsity: Double
  /// Treves–Rolls sparsity over the values of a code, averaged over images; 1 for a code of zeros.
  public var populationSparsity: Double
  /// Share of the code's values that are zero.
  public var fractionZeros: Double
  /// √((1 − max(0, R²))² + (1 − zeros)²)/√2; lower is better.
  public var sparseCodingScore: Double
  /// Share of latents whose KL exceeds 0.01 nats, of sparse coding of those that were ever active; `nil` for categorical ones, whose categories have no KL of
  /// their own.
  public var activeFraction: Double?
  /// The share of active latents by the rules of the published code, where whoever evaluates knows them; see
  /// ``ActiveLatents``.
  public var activeFractionOfficial: Double?
  /// The largest posterior rate, in expected spikes, in families that have rates.
  public var largestRate: Double?
  /// KL of each latent, averaged over images.
  public var klPerLatent: [Double]
  /// How much each value of the code matters; see `Latent.importance`.
  public var importance: [Double]
  /// The magnitude of each value of the code, averaged over images; in expected spikes where there are rates.
  public var activityPerLatent: [Double]
  /// Treves–Rolls sparsity over images of each value of the code.
  public var lifetimeSparsityPerLatent: [Double]
  /// Numbers of images whose population sparsity lies in each of ``populationBins`` equal bins of 0…1.
  public var populationHistogram: [Double]

  /// Number of bins of ``populationHistogram``.
  public static let populationBins = 50

  /// What sparse coding has in place of NELBO and KL.
  public struct Energy: Sendable, Equatable {
    /// ½·`codedError` + λ·`norm`.
    public var energy: Double
    /// Squared error in the units in which images are coded.
    public var codedError: Double
    /// The L1 norm of the code.
    public var norm: Double
  }

  /// Of sparse coding only.
  public var energy: Energy?

  /// What the best checkpoint is chosen by, the smaller the better: the energy, or the NELBO.
  public var objective: Double { energy?.energy ?? nelbo }

  /// The scalar metrics by the names under which they are stored.
  public var named: [(name: String, value: Double)] {
    likelihood + [
      ("mse_per_pixel", msePerPixel), ("r2", r2), ("lifetime_sparsity", lifetimeSparsity),
      ("population_sparsity", populationSparsity),
      ("fraction_zeros", fractionZeros), ("sparse_coding_score", sparseCodingScore),
    ] + (activeFraction.map { [("active_fraction", $0)] } ?? [])
      + (activeFractionOfficial.map { [("active_fraction_official", $0)] } ?? [])
      + (largestRate.map { [("largest_rate", $0)] } ?? [])
  }

  private var likelihood: [(name: String, value: Double)] {
    if let energy {
      return [
        ("energy", energy.energy), ("mse", mse), ("mse_normalized", energy.codedError),
        ("l1_norm", energy.norm), ("mse_map", mseMap),
      ]
    }
    return [
      ("nelbo", nelbo), ("mse", mse), ("kl", kl), ("mse_map", mseMap),
      ("mse_map_official", mseMapOfficial),
    ]
  }
}
