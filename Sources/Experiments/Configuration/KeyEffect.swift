import Checkpoints
import DataParallel
import Datasets
import Models
import Training

/// What a configuration is completed for.
struct ConfigurationPurpose {
  /// Whether a model is trained, as opposed to one that is there already.
  var trains = true
  /// Whether sparse codes may be inferred on the decoder of any model.
  var amortizes = false

  static let training = ConfigurationPurpose()
  static let evaluation = ConfigurationPurpose(trains: false, amortizes: true)
}

/// When a key, or each key of a section, changes anything.
struct KeyEffect {
  private let keys: [String]
  /// The keys by whose values that is decided.
  let deciders: [String]
  private let needs: String
  private let holds: @Sendable (RunConfiguration, ConfigurationPurpose) -> Bool

  private init(
    _ keys: String..., by deciders: [String], _ needs: String,
    _ holds: @escaping @Sendable (RunConfiguration, ConfigurationPurpose) -> Bool
  ) {
    self.keys = keys
    self.deciders = deciders
    self.needs = needs
    self.holds = holds
  }

  private static let all: [KeyEffect] = [
    KeyEffect("data.path", by: ["data.name"], "data that are read from files") { run, _ in
      run.data.name != .deadLeaves
    },
    KeyEffect("data.split", by: ["data.name"], "van-hateren") { run, _ in
      run.data.name == .vanHateren
    },
    KeyEffect("data.whitening", by: ["data.name"], "dead-leaves, van-hateren or cifar16") {
      run, _ in [.deadLeaves, .vanHateren, .cifar16].contains(run.data.name)
    },
    KeyEffect("data.dead_leaves", by: ["data.name"], "dead-leaves") { run, _ in
      run.data.name == .deadLeaves
    },
    KeyEffect("model.categories", by: ["model.family"], "categorical") { run, _ in
      run.model.family == .categorical
    },
    KeyEffect("model.dropout", by: ["model.encoder", "model.decoder"], "mlp or conv") { run, _ in
      !(run.model.encoder.isLinear && run.model.decoder.isLinear)
    },
    KeyEffect(
      "model.initial_scale", "model.prior.trainable", "training.beta", "training.beta_schedule",
      "training.weight_decay", "training.adamax", by: ["model.family"],
      "a family that is not sparse coding"
    ) { run, _ in !run.model.family.isSparseCoding },
    KeyEffect(
      "model.prior.distribution", "model.prior.clamp", "model.rate_clamp", "model.excitation_only",
      "model.evaluation_counts", by: ["model.family"], "poisson"
    ) { run, _ in run.model.family == .poisson },
    KeyEffect(
      "model.indicator", by: ["model.family", "training.method"], "poisson, and mc or st"
    ) { run, _ in run.model.family == .poisson && run.training.method != .exact },
    KeyEffect("model.scale_clamp", by: ["model.family"], "gaussian or laplace") { run, _ in
      [.gaussian, .laplace].contains(run.model.family)
    },
    KeyEffect(
      "model.categorical_variance", by: ["model.family", "training.method"],
      "categorical, and exact"
    ) { run, _ in run.model.family == .categorical && run.training.method == .exact },
    KeyEffect("model.sparse_coding.iterations", by: ["model.family"], "lca, ista or fista") {
      run, purpose in run.model.family.isSparseCoding || purpose.amortizes
    },
    KeyEffect("model.sparse_coding.time_constant", by: ["model.family"], "lca") { run, purpose in
      run.model.family == .lca || purpose.amortizes
    },
    KeyEffect(
      "model.sparse_coding.threshold", "model.sparse_coding.threshold_start",
      "model.sparse_coding.threshold_step", "model.sparse_coding.threshold_epochs",
      "model.sparse_coding.normalize_inputs", by: ["model.family"], "lca, ista or fista"
    ) { run, _ in run.model.family.isSparseCoding },
    KeyEffect(
      "training.temperature", by: ["model.family", "training.method"],
      "poisson or categorical, and mc or st"
    ) { run, _ in
      [.poisson, .categorical].contains(run.model.family) && run.training.method != .exact
    },
    KeyEffect("training.warm_up_clip_factor", by: ["training.gradient_clip"], "a bound") {
      run, _ in run.training.gradientClip != nil
    },
    KeyEffect(
      "training.learning_rate_schedule.warm_up_epochs",
      by: ["training.learning_rate_schedule.warm_up_share"], "null"
    ) { run, _ in run.training.learningRateSchedule.warmUpShare == nil },
    KeyEffect(
      "reduction.verify_interval", "reduction.shared_memory", by: ["reduction.mode"], "exact"
    ) { run, _ in
      run.reduction.mode == .exact
    },
    KeyEffect("checkpoints.mtbf_hours", by: ["checkpoints.interval"], "auto") { run, _ in
      run.checkpoints.interval == .auto
    },
    KeyEffect(
      "profile", "training", "checkpoints", "reduction.mode", "reduction.verify_interval",
      "reduction.overlap", "reduction.shared_memory", by: [], "a run that is trained"
    ) { $1.trains },
  ]

  private func isAbout(_ key: String) -> Bool {
    keys.contains { key == $0 || key.hasPrefix($0 + ".") }
  }

  /// What decides about a key's effect.
  static func about(_ key: String) -> [KeyEffect] { all.filter { $0.isAbout(key) } }

  /// What a key needs to change anything.
  ///
  /// - Parameters:
  ///   - key: A key path.
  ///   - run: The settings.
  ///   - purpose: What they are for.
  /// - Returns: What other keys would have to be, in words; `nil` where the key has an effect.
  static func missing(
    for key: String, in run: RunConfiguration, _ purpose: ConfigurationPurpose
  ) -> KeyEffect? {
    all.first { $0.isAbout(key) && !$0.holds(run, purpose) }
  }

  /// What is needed, and what is there.
  ///
  /// - Parameter text: Gives the value of a key.
  /// - Returns: A phrase.
  func phrase(_ text: (String) -> String) -> String {
    guard !deciders.isEmpty else { return needs }
    return "\(needs) (" + deciders.map { "\($0) is \(text($0))" }.joined(separator: ", ") + ")"
  }
}
