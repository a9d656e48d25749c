import Evaluation
import Reporting

extension RunComparison {
  /// What the table of fitted curves shows.
  static let curveFormula =
    "Lifetime sparsity = b + L/(1 + exp(−k (MSE of mean − x0))), fitted to runs that differ in β"

  /// The table of fitted curves, with the published one where it is of the same data; no rows without a fit.
  var curveTable: (headers: [String], rows: [[String]]) {
    let headers = ["curve", "points", "L", "x0", "k", "b", "residual"]
    let fitted = sweeps.compactMap { sweep in
      sweep.curve.map {
        row(sweep.label, $0, points: sweep.points.count, residual: sweep.residual)
      }
    }
    let published = PublishedResults.betaSweep.map { ($0.mseMap, $0.lifetimeSparsity) }
    let reference = row(
      "published P-VAE <lin|lin> van-hateren mc", PublishedResults.betaCurve,
      points: published.count, residual: PublishedResults.betaCurve.residual(of: published))
    return (headers, fitted + (showsPublishedCurve ? [reference] : []))
  }

  private var showsPublishedCurve: Bool { sweeps.contains { $0.curve != nil && $0.isVanHateren } }

  private func row(
    _ name: String, _ curve: RateDistortionCurve, points: Int, residual: Double?
  ) -> [String] {
    let numbers = [curve.height, curve.middle, curve.steepness, curve.base, residual ?? .nan]
    return [name, "\(points)"] + numbers.map { NumberText.short($0) }
  }

  /// The fits, each over the errors of its points, and the published curve over all that is shown.
  ///
  /// - Parameter shown: The errors of all points of the chart.
  /// - Returns: What is drawn beside the points.
  func rateDistortionCurves(over shown: [Double]) -> [CurveChart.Curve] {
    let fits = sweeps.enumerated().compactMap { place, sweep in
      sweep.curve.map {
        drawn("fit: \(sweep.label)", $0, over: sweep.points.map(\.error), color: place, .line)
      }
    }
    guard showsPublishedCurve else { return fits }
    return fits + [
      drawn("published P-VAE <lin|lin>", PublishedResults.betaCurve, over: shown, color: 5, .dashed)
    ]
  }

  private func drawn(
    _ name: String, _ curve: RateDistortionCurve, over errors: [Double], color: Int,
    _ style: CurveChart.Curve.Style
  ) -> CurveChart.Curve {
    let (least, most) = (errors.min() ?? 0, errors.max() ?? 0)
    let places = (0...60).map { least + (most - least) * Double($0) / 60 }
    return CurveChart.Curve(name, places.map { ($0, curve($0)) }, color: color % 6, style: style)
  }

  /// The sweeps for programs.
  var sweepsObject: MetricValue {
    .list(
      sweeps.map { sweep in
        let points = sweep.points.map { point in
          MetricValue.object([
            ("beta", .number(point.beta)), ("mse_map", .number(point.error)),
            ("lifetime_sparsity", .number(point.sparsity)),
          ])
        }
        let curve = sweep.curve.map { curve in
          MetricValue.object([
            ("height", .number(curve.height)), ("middle", .number(curve.middle)),
            ("steepness", .number(curve.steepness)), ("base", .number(curve.base)),
            ("residual", sweep.residual.map { .number($0) } ?? .null),
          ])
        }
        return .object([
          ("label", .text(sweep.label)), ("points", .list(points)), ("curve", curve ?? .null),
        ])
      })
  }
}
