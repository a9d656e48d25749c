import DataParallel
import Datasets
import Models
import Tensors
import Training

/// The words that a key accepts, for keys that accept only some.
struct ConfigurationChoices {
  /// What can be chosen.
  let words: [String]

  init<Choice: CaseIterable & RawRepresentable<String>>(_ type: Choice.Type) {
    words = type.allCases.map(\.rawValue)
  }

  /// The choices by key path.
  static let all: [String: ConfigurationChoices] = [
    "profile": ConfigurationChoices(Profile.self),
    "data.name": ConfigurationChoices(DatasetName.self),
    "data.split": ConfigurationChoices(ImageSplit.self),
    "data.whitening": ConfigurationChoices(Whitening.self),
    "model.family": ConfigurationChoices(ModelFamily.self),
    "model.encoder": ConfigurationChoices(NetworkKind.self),
    "model.decoder": ConfigurationChoices(NetworkKind.self),
    "model.latent_function": ConfigurationChoices(LatentFunction.self),
    "model.prior.distribution": ConfigurationChoices(PriorConfiguration.Distribution.self),
    "model.indicator": ConfigurationChoices(Indicator.self),
    "model.evaluation_counts": ConfigurationChoices(EvaluationCounts.self),
    "model.categorical_variance": ConfigurationChoices(CategoricalVariance.self),
    "training.method": ConfigurationChoices(TrainingMethod.self),
    "training.temperature.schedule": ConfigurationChoices(TemperatureSchedule.self),
    "training.on_rank_failure": ConfigurationChoices(RankFailurePolicy.self),
    "reduction.mode": ConfigurationChoices(ReductionMode.self),
    "kernels.products": ConfigurationChoices(KernelsConfiguration.Products.self),
  ]

  /// Checks a word.
  ///
  /// - Throws: ``ConfigurationError`` that names the nearest choice.
  func check(_ key: String, _ leaf: ConfigurationTree.Leaf) throws(ConfigurationError) {
    if words.contains(leaf.text) { return }
    let nearest = nearestName(to: leaf.text, among: words).map { "; did you mean \($0)?" } ?? ""
    throw .invalidValue(
      place: leaf.place, key: key, found: leaf.isNull ? "null" : "'\(leaf.text)'",
      expected: (words.count > 1 ? "one of " : "") + words.joined(separator: ", ") + nearest)
  }
}
