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

  /// The names of its metrics; a model or data set need not have them all.
  public var metrics: [String] {
    switch self {
    case .standard:
      [
        "nelbo", "mse", "kl", "mse_map", "mse_map_official", "mse_per_pixel", "r2",
        "lifetime_sparsity", "population_sparsity", "fraction_zeros", "sparse_coding_score",
        "active_fraction", "active_fraction_official", "largest_rate",
      ]
    case .knn: ["knn_accuracy_200", "knn_accuracy_1000", "knn_accuracy_all"]
    case .shattering: ["shattering_dimensionality"]
    case .gabor: ["gabor_share", "gabor_explained", "gabor_frequency", "gabor_aspect"]
    }
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
    return Selection(groups: allCases.filter(groups.contains), metrics: metrics)
  }
}
