import Reporting

extension SweepPage {
  /// All settings and the objective side by side.
  var coordinatesSection: Page.Section {
    let goal = results.direction == .minimize ? "less is better" : "more is better"
    let columns =
      axes.map { ParallelCoordinates.Column($0.key, scale: $0.scale) } + [
        ParallelCoordinates.Column(results.objective, note: goal, scale: objectiveScale)
      ]
    let chart = ParallelCoordinates("Settings and \(results.objective)", columns, lines)
    return Page.Section(
      "Trials at a glance", anchor: "trials-at-a-glance",
      [
        chart.figure == .empty ? .empty : .element("p", text: words),
        chart.figure,
      ])
  }

  /// The objective against each setting.
  var axesSection: Page.Section {
    let best = results.ranked.first?.number
    let charts = axes.filter { $0.key != "seed" }.map { axis in
      func points(_ isIn: (TrialResult) -> Bool) -> [ScatterChart.Point] {
        shown.filter(isIn).compactMap { trial in
          guard let x = axis.value(of: trial), let y = trial.objective else { return nil }
          return ScatterChart.Point("trial \(trial.number)", x: x, y: y)
        }
      }
      return ScatterChart(
        axis.key, xLabel: axis.key, yLabel: results.objective, xScale: axis.scale,
        yScale: objectiveScale,
        [
          ScatterChart.Group(
            "finished", points { $0.state == .finished && $0.number != best }, color: 0),
          ScatterChart.Group("not finished", points { $0.state != .finished }, color: 5),
          ScatterChart.Group("best", points { $0.number == best }, color: 0, isMain: true),
        ]
      ).figure
    }
    return Page.Section(
      "\(results.objectiveColumn.title) against each setting", anchor: "settings",
      [Page.Section.charts(charts)])
  }

  private var words: String {
    let color =
      shown.contains { $0.objective != nil }
      ? "; its color is its rank by \(results.objective)" : ""
    return "A line is a trial\(color).\(selection)"
  }

  /// What charts leave out of large sweeps.
  private var selection: String {
    results.trials.count > shown.count
      ? " Charts show the best \(NumberText.grouped(shown.count)) of \(NumberText.grouped(results.trials.count)) trials."
      : ""
  }

  private var objectiveScale: ChartScale { ChartScale(fitting: shown.compactMap(\.objective)) }

  private var lines: [ParallelCoordinates.Line] {
    let ranked = results.ranking(shown)
    let best = results.ranked.first?.number
    // A trial that is under way may be before the best finished one.
    let places = Dictionary(uniqueKeysWithValues: ranked.enumerated().map { ($1.number, $0) })
    return shown.map { trial in
      let rank = places[trial.number].map { Double($0) / Double(max(1, ranked.count - 1)) }
      let state = trial.state == .finished ? "" : ", \(trial.state.rawValue)"
      return ParallelCoordinates.Line(
        "trial \(trial.number)\(trial.number == best ? ", best" : state)",
        axes.map { $0.value(of: trial) } + [trial.objective], rank: rank,
        style: trial.state == .finished ? .line : .dashed, isMain: trial.number == best)
    }
  }
}
