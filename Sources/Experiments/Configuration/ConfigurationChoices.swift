import DataParallel
import Datasets
import Models
import Training

/// The words that a key accepts, for keys that accept only some.
struct ConfigurationChoices {
  /// What can be chosen.
  let words: [String]
  /// Words that the literature and later versions know, but this version does not.
  let later: [String]

  private init<Choice: CaseIterable & RawRepresentable<String>>(
    _ type: Choice.Type, later: [String] = []
  ) {
    words = type.allCases.map(\.rawValue)
    self.later = later.filter { !type.allCases.map(\.rawValue).contains($0) }
  }

  private static let networks = ConfigurationChoices(
    NetworkKind.self, later: ["linear+b", "mlp", "mlp+b", "conv", "conv+b"])

  /// The choices by key path.
  static let all: [String: ConfigurationChoices] = [
    "profile": ConfigurationChoices(Profile.self),
    "data.name": ConfigurationChoices(DatasetName.self, later: ["cifar16"]),
    "data.split": ConfigurationChoices(ImageSplit.self),
    "data.whitening": ConfigurationChoices(Whitening.self),
    "model.family": ConfigurationChoices(
      ModelFamily.self, later: ["gaussian", "laplace", "categorical"]),
    "model.encoder": networks,
    "model.decoder": networks,
    "model.prior.distribution": ConfigurationChoices(PoissonPriorConfiguration.Distribution.self),
    "model.indicator": ConfigurationChoices(Indicator.self),
    "model.evaluation_counts": ConfigurationChoices(EvaluationCounts.self),
    "training.method": ConfigurationChoices(TrainingMethod.self),
    "training.temperature.schedule": ConfigurationChoices(TemperatureSchedule.self),
    "reduction.mode": ConfigurationChoices(ReductionMode.self),
  ]

  /// Checks a word.
  ///
  /// - Throws: ``ConfigurationError`` that names the nearest choice.
  func check(_ key: String, _ leaf: ConfigurationTree.Leaf) throws(ConfigurationError) {
    if words.contains(leaf.text) { return }
    if later.contains(leaf.text) {
      throw .unavailable(place: leaf.place, key: key, found: leaf.text, available: words)
    }
    let nearest = nearestName(to: leaf.text, among: words).map { "; did you mean \($0)?" } ?? ""
    throw .invalidValue(
      place: leaf.place, key: key, found: leaf.isNull ? "null" : "'\(leaf.text)'",
      expected: (words.count > 1 ? "one of " : "") + words.joined(separator: ", ") + nearest)
  }
}
