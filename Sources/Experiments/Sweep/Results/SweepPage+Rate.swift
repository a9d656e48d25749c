import Reporting

extension SweepPage {
  /// The plane of rate and distortion with its front.
  var rateSection: Page.Section {
    let points = shown.compactMap { trial -> (trial: TrialResult, x: Double, y: Double)? in
      guard let x = trial.metric("kl"), let y = trial.metric("mse"), x.isFinite, y.isFinite else {
        return nil
      }
      return (trial, x, y)
    }
    let front = ParetoFront.places(of: points.map { ($0.x, $0.y) })
    let others = Set(points.indices).subtracting(front).sorted()
    func marks(_ places: [Int]) -> [ScatterChart.Point] {
      places.map {
        ScatterChart.Point("trial \(points[$0].trial.number)", x: points[$0].x, y: points[$0].y)
      }
    }
    let chart = ScatterChart(
      "Rate and distortion", xLabel: "KL, nats", yLabel: "MSE",
      xScale: ChartScale(fitting: points.map(\.x)), yScale: ChartScale(fitting: points.map(\.y)),
      [
        ScatterChart.Group("other trials", marks(others), color: 5),
        ScatterChart.Group(
          "Pareto front", marks(front), color: 0, isJoined: true, isMain: true),
      ])
    return Page.Section(
      "Rate and distortion", anchor: "rate",
      points.isEmpty
        ? [] : [Page.Section.charts([chart.figure]), frontTable(front.map { points[$0].trial })])
  }

  private func frontTable(_ trials: [TrialResult]) -> Markup {
    let columns =
      [results.objectiveColumn]
      + RunComparison.columns.filter {
        ["kl", "mse"].contains($0.key) && $0.key != results.objective
      }
    return DataTable(
      "The Pareto front: no other trial has both less KL and less MSE",
      headers: ["Trial"] + columns.map(\.title) + results.axes,
      rows: trials.map { trial in
        ["\(trial.number)"] + columns.map { text($0, of: trial) }
          + settings(of: trial)
      }, links: trials.map(reportLink)
    ).markup
  }
}
