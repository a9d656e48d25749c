/// Metrics that are computed together, because one computation gives them all.
public enum MetricGroup: String, CaseIterable, Sendable {
  /// Likelihood, sparsity and activity, from one pass over the data.
  case standard
  /// Classification by the nearest neighbours.
  case knn
  /// Linear classification of all halvings of the classes.
  case shattering
  /// Gabor fits of the dictionary's elements.
  case gabor
  /// Inference by LCA under the dictionary, in place of the encoder: what amortisation loses.
  case amortization

  /// The names of its metrics; a model or data set need not have them all.
  public var metrics: [String] {
    switch self {
    case .standard:
      [
        "nelbo", "energy", "mse", "mse_normalized", "kl", "l1_norm", "mse_map", "mse_map_official",
        "mse_per_pixel", "r2",
        "lifetime_sparsity", "population_sparsity", "fraction_zeros", "sparse_coding_score",
        "active_fraction", "active_fraction_official", "largest_rate",
      ]
    case .knn: ["knn_accuracy_200", "knn_accuracy_1000", "knn_accuracy_all"]
    case .shattering: ["shattering_dimensionality"]
    case .amortization:
      MetricGroup.amortizations.flatMap {
        MetricGroup.amortizationNames($0.threshold, isNormalized: $0.isNormalized)
      }
    case .gabor: ["gabor_share", "gabor_explained", "gabor_frequency", "gabor_aspect"]
    }
  }

  /// The weights λ of the L1 norm with which LCA is tried, those of the paper; on images as they are, and on images of mean 0 and
  /// variance 1.
  static let amortizations: [(threshold: Double, isNormalized: Bool)] =
    [false, true].flatMap { isNormalized in
      [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 0.7, 1].map { ($0, isNormalized) }
    }

  /// The metrics of LCA with a weight λ: squared error in the images' own units, and lifetime sparsity.
  static func amortizationNames(_ threshold: Double, isNormalized: Bool) -> [String] {
    let text = threshold == 1 ? "1" : "\(threshold)"
    let kind = isNormalized ? "lca_normalized" : "lca"
    return ["\(kind)_mse_\(text)", "\(kind)_lifetime_\(text)"]
  }

  /// What a list of names asks for.
  struct Selection {
    /// The groups that have to be computed.
    let groups: [MetricGroup]
    /// The wanted metrics in the order of the names; a group's name stands for all of its.
    let metrics: [String]
  }

  /// Finds the groups of metrics.
  ///
  /// - Parameter names: Of metrics or groups; the standard group if empty, every group for `all`.
  /// - Returns: What is to be computed.
  /// - Throws: ``RunError`` for a name that does not exist.
  static func selection(_ names: [String]) throws(RunError) -> Selection {
    var groups: Set<MetricGroup> = []
    var metrics: [String] = []
    for name in names.isEmpty ? [MetricGroup.standard.rawValue] : names {
      let named = allCases.filter {
        name == "all" || name == $0.rawValue || $0.metrics.contains(name)
      }
      guard !named.isEmpty else {
        throw .unknownName(
          kind: "metric", name,
          known: allCases.flatMap { $0.metrics } + allCases.map(\.rawValue) + ["all"])
      }
      groups.formUnion(named)
      let isMetric = named.count == 1 && named[0].metrics.contains(name)
      metrics += isMetric ? [name] : named.flatMap(\.metrics)
    }
    var seen: Set<String> = []
    return Selection(
      groups: allCases.filter(groups.contains), metrics: metrics.filter { seen.insert($0).inserted }
    )
  }
}
