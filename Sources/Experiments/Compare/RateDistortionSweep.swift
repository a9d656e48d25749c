import Datasets
import Evaluation
import Models
import Training

/// Runs of one model that differ in β: points of lifetime sparsity against the error of the mean.
struct RateDistortionSweep {
  /// The fewest different errors to which a curve of four coefficients is fitted.
  static let fewestPoints = 5

  /// One value of β; means over seeds.
  struct Point: Equatable {
    let beta: Double
    let error: Double
    let sparsity: Double
  }

  /// Model, method and data that the runs have in common; where this is not enough, the first run.
  private(set) var label: String
  let points: [Point]
  /// The fit; `nil` where there are too few different errors.
  let curve: RateDistortionCurve?
  /// Whether the published curve is one of the same data.
  let isVanHateren: Bool

  /// Finds the sweeps among groups of runs.
  ///
  /// - Parameter groups: Groups, each with one β.
  /// - Returns: Those with several values of β, in the order of their first groups.
  static func sweeps(among groups: [RunGroup]) -> [RateDistortionSweep] {
    var families: [[RunGroup]] = []
    for group in groups where !group.first.configuration.run.model.family.isSparseCoding {
      let place = families.firstIndex { family in
        family[0].first.configuration.differsOnly(
          in: ["seed", "training.beta"], from: group.first.configuration)
      }
      if let place { families[place].append(group) } else { families.append([group]) }
    }
    let found = families.compactMap { family in
      RateDistortionSweep(family).map { (sweep: $0, first: family[0].first.name) }
    }
    return found.map { sweep, first in
      var sweep = sweep
      if found.count(where: { $0.sweep.label == sweep.label }) > 1 {
        sweep.label += ", \(first) and others"
      }
      return sweep
    }
  }

  private init?(_ groups: [RunGroup]) {
    let points = groups.compactMap { group -> Point? in
      guard let error = group.estimate("mse_map"),
        let sparsity = group.estimate("lifetime_sparsity")
      else { return nil }
      return Point(
        beta: group.first.configuration.run.training.beta, error: error.mean,
        sparsity: sparsity.mean)
    }
    guard Set(points.map(\.beta)).count > 1 else { return nil }
    let first = groups[0].first
    label = "\(first.contest) \(first.method)"
    self.points = points.sorted { $0.error < $1.error }
    isVanHateren = first.configuration.run.data.name == .vanHateren
    curve =
      Set(points.map(\.error)).count >= Self.fewestPoints
      ? RateDistortionCurve.fit(points.map { ($0.error, $0.sparsity) }) : nil
  }

  /// Root mean square of what the fit leaves; `nil` where there is none.
  var residual: Double? { curve?.residual(of: points.map { ($0.error, $0.sparsity) }) }
}
