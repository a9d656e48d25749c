import Checkpoints
import DataParallel
import Datasets
import Models
import Training
import Yams

/// What values may be, beyond their types.
enum ConfigurationRules {
  /// A bound on the value of a key, or of two keys that have to suit each other.
  private struct Rule {
    let key: String
    let partner: String?
    let expected: String
    let holds: @Sendable (RunConfiguration) -> Bool

    init(
      _ key: String, with partner: String? = nil, _ expected: String,
      _ holds: @escaping @Sendable (RunConfiguration) -> Bool
    ) {
      self.key = key
      self.partner = partner
      self.expected = expected
      self.holds = holds
    }
  }

  /// Steps are counted in 32 bits where they choose random numbers.
  private static let stepNumbers = 1...Int(UInt32.max)

  private static let rules: [Rule] = [
    Rule("data.path", "a folder, or null") { $0.data.path != "" },
    Rule("data.cache", "a folder, or null") { $0.data.cache != "" },
    Rule("data.limit_images", "at least 2, or null") {
      $0.data.limitImages.map { $0 >= 2 } ?? true
    },
    Rule("data.dead_leaves.images", "from 2 to 1000000") {
      (2...1_000_000).contains($0.data.deadLeaves.images)
    },
    Rule("data.dead_leaves.width", "from 24 to 16384 pixels") {
      (24...16384).contains($0.data.deadLeaves.width)
    },
    Rule("data.dead_leaves.height", "from 24 to 16384 pixels") {
      (24...16384).contains($0.data.deadLeaves.height)
    },
    Rule("data.dead_leaves.smallest_radius", "at least 0.5 pixels") {
      $0.data.deadLeaves.smallestRadius >= 0.5
    },
    Rule("data.dead_leaves.largest_radius", "at most 16384 pixels") {
      $0.data.deadLeaves.largestRadius <= 16384
    },
    Rule(
      "data.dead_leaves.largest_radius", with: "data.dead_leaves.smallest_radius",
      "a largest_radius of at least the smallest_radius"
    ) {
      $0.data.deadLeaves.largestRadius >= $0.data.deadLeaves.smallestRadius
    },
    Rule("model.latents", "from 1 to 1000000") { (1...1_000_000).contains($0.model.latents) },
    Rule("model.categories", "from 2 to 1000000") {
      $0.model.family != .categorical || (2...1_000_000).contains($0.model.categories)
    },
    Rule(
      "model.latents", with: "model.categories",
      "at most 1000000 categories over all variables; the published models have one variable"
    ) {
      $0.model.family != .categorical || $0.model.latents <= 1_000_000 / $0.model.categories
    },
    Rule("model.latent_function", with: "model.family", "none except for gaussian and laplace") {
      $0.model.latentFunction == .none || [.gaussian, .laplace].contains($0.model.family)
    },
    Rule("model.dropout", "a share, at least 0 and below 1") {
      (0..<1).contains($0.model.dropout)
    },
    Rule("model.prior.trainable", with: "model.family", "true for poisson, which learns its rates")
    {
      $0.model.family != .poisson || $0.model.prior.trainable
    },
    Rule("model.scale_clamp", "a number from 0.1 to 15") {
      (0.1...15).contains($0.model.scaleClamp)
    },
    Rule(
      "training.method", with: "model.decoder",
      "mc or st: the loss has a closed form (exact) behind a linear decoder only"
    ) {
      $0.training.method != .exact || $0.model.decoder.isLinear
    },
    Rule(
      "training.method", with: "model.latent_function",
      "mc: the loss has no closed form (exact) with a latent function"
    ) {
      $0.training.method != .exact || $0.model.latentFunction == .none
    },
    Rule(
      "training.method", with: "model.family",
      "mc or exact: st is for poisson and categorical, whose codes are whole numbers"
    ) {
      $0.training.method != .st || [.poisson, .categorical].contains($0.model.family)
    },
    Rule(
      "training.method", with: "model.latents",
      "mc or st, or one categorical variable, or model.categorical_variance=published"
    ) {
      $0.training.method != .exact || $0.model.family != .categorical || $0.model.latents == 1
        || $0.model.categoricalVariance == .published
    },
    Rule("model.sparse_coding.threshold", "a finite number, at least 0") {
      isAtLeast(0, $0.model.sparseCoding.threshold)
    },
    Rule("model.sparse_coding.threshold_start", "a finite number, at least 0") {
      isAtLeast(0, $0.model.sparseCoding.thresholdStart)
    },
    Rule("model.sparse_coding.threshold_step", "a finite number, at least 0") {
      isAtLeast(0, $0.model.sparseCoding.thresholdStep)
    },
    Rule("model.sparse_coding.threshold_epochs", "from 1 to 10000000") {
      (1...10_000_000).contains($0.model.sparseCoding.thresholdEpochs)
    },
    Rule("model.sparse_coding.iterations", "from 1 to 1000000") {
      (1...1_000_000).contains($0.model.sparseCoding.iterations)
    },
    Rule("model.sparse_coding.time_constant", "a number from 1 to 1000000") {
      (1...1e6).contains($0.model.sparseCoding.timeConstant)
    },
    Rule("model.encoder", with: "model.family", "linear: sparse coding has no encoder") {
      !$0.model.family.isSparseCoding || $0.model.encoder == .linear
    },
    Rule("model.decoder", with: "model.family", "linear: sparse coding has a dictionary") {
      !$0.model.family.isSparseCoding || $0.model.decoder == .linear
    },
    Rule("training.method", with: "model.family", "mc, the default: sparse coding has no sampling")
    {
      !$0.model.family.isSparseCoding || $0.training.method == .mc
    },
    Rule("model.latents", with: "model.family", "at most 16384 elements of sparse coding") {
      !$0.model.family.isSparseCoding || $0.model.latents <= 16384
    },
    Rule("training.gradient_clip", with: "model.family", "null: sparse coding clips no gradient") {
      !$0.model.family.isSparseCoding || $0.training.gradientClip == nil
    },
    Rule("model.initial_scale", "a positive number") { isPositive($0.model.initialScale) },
    Rule("model.prior.clamp", "a number from -20 to 10") {
      (-20...10).contains($0.model.prior.clamp)
    },
    Rule(
      "model.prior.clamp", with: "model.prior.distribution",
      "a clamp other than 0 for normal, whose deviation is |ln |clamp||"
    ) {
      $0.model.prior.distribution != .normal || $0.model.prior.clamp != 0
    },
    Rule("model.rate_clamp", "a number from -10 to 15") {
      (-10...15).contains($0.model.rateClamp)
    },
    Rule("training.batch", "at least 1") { $0.training.batch >= 1 },
    Rule("training.epochs", "from 1 to 10000000") { (1...10_000_000).contains($0.training.epochs) },
    Rule("training.steps", "from 1 to 4294967295, or null") {
      $0.training.steps.map(stepNumbers.contains) ?? true
    },
    Rule("training.schedule_steps", "from 1 to 4294967295, or null") {
      $0.training.scheduleSteps.map(stepNumbers.contains) ?? true
    },
    Rule("training.beta", "a finite number, at least 0") { isAtLeast(0, $0.training.beta) },
    Rule("training.beta_schedule.start", "a finite number, at least 0") {
      isAtLeast(0, $0.training.betaSchedule.start)
    },
    Rule("training.beta_schedule.hold", "a share from 0 to 1") {
      (0...1).contains($0.training.betaSchedule.hold)
    },
    Rule("training.beta_schedule.anneal", "a share from 0 to 1") {
      (0...1).contains($0.training.betaSchedule.anneal)
    },
    Rule(
      "training.beta_schedule.anneal", with: "training.beta_schedule.hold",
      "a hold and an anneal that add up to at most 1"
    ) {
      $0.training.betaSchedule.hold + $0.training.betaSchedule.anneal <= 1
    },
    Rule("training.temperature.start", "a number from 0.001 to 10") {
      (0.001...10).contains($0.training.temperature.start)
    },
    Rule("training.temperature.stop", "a number from 0.001 to 10") {
      (0.001...10).contains($0.training.temperature.stop)
    },
    Rule("training.temperature.anneal", "a share from 0 to 1") {
      (0...1).contains($0.training.temperature.anneal)
    },
    Rule("training.learning_rate", "a finite number, at least 0") {
      isAtLeast(0, $0.training.learningRate)
    },
    Rule("training.learning_rate_schedule.floor", "a finite number, at least 0") {
      isAtLeast(0, $0.training.learningRateSchedule.floor)
    },
    Rule("training.learning_rate_schedule.warm_up_epochs", "from 0 to 10000000") {
      (0...10_000_000).contains($0.training.learningRateSchedule.warmUpEpochs)
    },
    Rule("training.learning_rate_schedule.warm_up_share", "a share from 0 to 1, or null") {
      $0.training.learningRateSchedule.warmUpShare.map { (0...1).contains($0) } ?? true
    },
    Rule("training.learning_rate_schedule.restarts", "from 0 to 1000") {
      (0...1000).contains($0.training.learningRateSchedule.restarts)
    },
    Rule("training.gradient_clip", "a positive number, or null") {
      $0.training.gradientClip.map(isPositive) ?? true
    },
    Rule("training.warm_up_clip_factor", "a positive number") {
      isPositive($0.training.warmUpClipFactor)
    },
    Rule("training.weight_decay", "a finite number, at least 0") {
      isAtLeast(0, $0.training.weightDecay)
    },
    Rule("training.adamax.first_moment", "at least 0 and below 1") {
      (0..<1).contains($0.training.adamax.firstMoment)
    },
    Rule("training.adamax.second_moment", "at least 0 and below 1") {
      (0..<1).contains($0.training.adamax.secondMoment)
    },
    Rule("training.adamax.epsilon", "a number from 1e-30 to 1") {
      (1e-30...1).contains($0.training.adamax.epsilon)
    },
    Rule("training.validate_every", "at least 1") { $0.training.validateEvery >= 1 },
    Rule("training.log_every", "at least 1") { $0.training.logEvery >= 1 },
    Rule("reduction.shards", "from 1 to 4096") { (1...4096).contains($0.reduction.shards) },
    Rule("reduction.verify_interval", "at least 0") { $0.reduction.verifyInterval >= 0 },
    Rule(
      "training.batch", with: "reduction.shards",
      "at least one sample of training.batch for each of reduction.shards"
    ) {
      $0.training.batch >= $0.reduction.shards
    },
    Rule("checkpoints.interval", "at least 1, or auto") {
      if case .steps(let steps) = $0.checkpoints.interval { steps >= 1 } else { true }
    },
    Rule("checkpoints.mtbf_hours", "a positive number") { isPositive($0.checkpoints.mtbfHours) },
    Rule("checkpoints.keep", "at least 1") { $0.checkpoints.keep >= 1 },
  ]

  private static func isAtLeast(_ bound: Double, _ value: Double) -> Bool {
    value >= bound && value.isFinite
  }

  private static func isPositive(_ value: Double) -> Bool { value > 0 && value.isFinite }

  /// Checks keys that accept only some words.
  static func checkChoices(_ tree: ConfigurationTree) throws(ConfigurationError) {
    for key in tree.keys {
      guard let choices = ConfigurationChoices.all[key], let leaf = tree[key] else { continue }
      try choices.check(key, leaf)
    }
  }

  /// Checks numbers against their bounds and against each other.
  ///
  /// Of two that do not suit each other, the one that the user gave is named.
  static func checkRanges(
    _ run: RunConfiguration, _ tree: ConfigurationTree
  ) throws(ConfigurationError) {
    for rule in rules where !rule.holds(run) {
      let keys = [rule.key] + (rule.partner.map { [$0] } ?? [])
      let key = keys.first { tree[$0]?.isGiven ?? false } ?? rule.key
      let others = keys.filter { $0 != key }.map { " (\($0) is \(tree[$0]?.text ?? "missing"))" }
      throw .invalidValue(
        place: tree[key]?.place ?? "configuration", key: key, found: tree[key]?.text ?? "missing",
        expected: rule.expected + others.joined())
    }
  }

  /// Checks what the user wrote, as it stands: paths, and numbers that are not the same for every
  /// reader of YAML.
  ///
  /// - Parameters:
  ///   - tree: The values.
  ///   - paths: The keys of paths.
  ///   - words: The keys of other texts, among them those with choices.
  /// - Throws: ``ConfigurationError``.
  static func checkTexts(
    _ tree: ConfigurationTree, paths: Set<String>, words: Set<String>
  ) throws(ConfigurationError) {
    for key in tree.keys {
      guard let leaf = tree[key], leaf.isGiven, let scalar = leaf.node.scalar else { continue }
      if paths.contains(key) {
        try checkPath(key, scalar.string, leaf.place)
      } else if !words.contains(key) {
        try checkNumber(key, scalar, leaf.place)
      }
    }
  }

  /// One spelling for all spellings of a key's value.
  static func spelling(_ text: String, of key: String) -> String {
    if PathText.keys.contains(key) { return text }
    // Two names of one recipe.
    if key == "profile", text == Profile.published2024.rawValue { return Profile.paper.rawValue }
    return YAMLReading.canonical(text)
  }

  /// Checks that no shell would have to expand a path.
  static func checkPath(
    _ key: String, _ text: String, _ place: String
  ) throws(ConfigurationError) {
    guard PathText.isUnexpanded(text) else { return }
    throw .invalidValue(
      place: place, key: key, found: text == "~" ? "~, which is null in YAML" : "'\(text)'",
      expected: text == "~" ? "null, or a path written out" : PathText.expected)
  }

  /// Checks that all versions of YAML read a number or a truth value alike, and as our decoder
  /// does.
  static func checkNumber(
    _ key: String, _ scalar: Node.Scalar, _ place: String
  ) throws(ConfigurationError) {
    let text = scalar.string
    if let conflict = YAMLReading.conflict(text) {
      throw .invalidValue(
        place: place, key: key, found: "'\(text)', \(conflict.readings)",
        expected: conflict.spelling)
    }
    let isDecoded =
      Double.construct(from: scalar) != nil || Int.construct(from: scalar) != nil
      || Bool.construct(from: scalar) != nil
    if isDecoded, YAMLReading.isText(text) {
      throw .invalidValue(
        place: place, key: key, found: "'\(text)', a text in YAML",
        expected: "a number, true or false")
    }
  }

  /// Writes a whole number out, as `2e1` or `20.0`, at which decoding failed.
  ///
  /// - Parameters:
  ///   - error: What decoding says.
  ///   - tree: What was decoded.
  /// - Returns: Whether that was it.
  static func writeOut(_ error: DecodingError, in tree: inout ConfigurationTree) -> Bool {
    guard case .typeMismatch(let type, let context) = error,
      type == Int.self || type == UInt32.self || type == CheckpointInterval.self
    else { return false }
    let key = context.codingPath.map(\.stringValue).joined(separator: ".")
    guard let scalar = tree[key]?.node.scalar, scalar.style == .plain,
      let number = YAMLReading.wholeNumber(scalar.string), "\(number)" != scalar.string
    else { return false }
    tree.respell(key, "\(number)")
    return true
  }

  /// Says which key a decoding error is about.
  static func invalid(_ error: DecodingError, _ tree: ConfigurationTree) -> ConfigurationError {
    let context: DecodingError.Context
    var expected = "another value"
    switch error {
    case .typeMismatch(let type, let details), .valueNotFound(let type, let details):
      context = details
      expected = name(of: type)
    case .keyNotFound(_, let details), .dataCorrupted(let details): context = details
    @unknown default: return .malformed(place: "configuration", problem: "\(error)")
    }
    let key = context.codingPath.map(\.stringValue).joined(separator: ".")
    guard let leaf = tree[key] else {
      return .malformed(place: key, problem: context.debugDescription)
    }
    return .invalidValue(
      place: leaf.place, key: key, found: leaf.isNull ? "null" : "'\(leaf.text)'",
      expected: expected)
  }

  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is Int.Type: "a whole number"
    case is UInt32.Type: "a whole number from 0 to 4294967295"
    case is Double.Type: "a number"
    case is Bool.Type: "true or false"
    case is CheckpointInterval.Type: "a whole number of steps, or auto"
    default: "a word"
    }
  }
}
