import Foundation
import Reporting

extension RunComparison {
  /// The comparison as one self-contained page.
  public var html: String {
    let runs = groups.reduce(0) { $0 + $1.runs.count }
    let kind = groups.contains { $0.runs.count > 1 }
    return Page(
      title: groups.count <= 3
        ? groups.map(\.label).joined(separator: " · ") : "\(runs) runs side by side",
      kicker: "Shoal comparison",
      lead: "\(runs) runs in \(groups.count) groups; runs of a group differ in their seeds alone."
        + (kind ? " ± is the 99 % interval of a mean over seeds." : "")
        + (dataNote.map { " \($0)." } ?? ""),
      figures: [],
      sections: [
        resultsSection, settingsSection, curvesSection, planesSection, dictionariesSection,
      ],
      footer: "Written by shoal \(shoalVersion). This page needs no network."
    ).html
  }

  private var resultsSection: Page.Section {
    let (headers, rows) = results
    return Page.Section(
      "Results", anchor: "results",
      [DataTable("Validation, nats an image", headers: headers, rows: rows).markup])
  }

  private var settingsSection: Page.Section {
    let rows = differences.map { key in [key] + groups.map { $0.setting(key) } }
    let table = DataTable(
      "Settings that are not the same in all runs", headers: ["Setting"] + groups.map(\.label),
      rows: rows, isText: true)
    return Page.Section(
      "Where the settings differ", anchor: "settings",
      [rows.isEmpty ? .element("p", text: "In nothing but the seed.") : table.markup])
  }

  private var curvesSection: Page.Section {
    let charts: [(title: String, key: String, isStep: Bool)] = [
      ("Validation NELBO", "nelbo", false), ("Validation MSE", "mse", false),
      ("Validation KL", "kl", false), ("Training loss", "loss", true),
      ("Lifetime sparsity", "lifetime_sparsity", false),
      ("Active latents", "active_fraction", false),
    ]
    return Page.Section(
      "Training", anchor: "training",
      [
        Page.Section.charts(
          charts.map { title, key, isStep in
            CurveChart(
              title, unit: "", xLabel: "step", curves(key, isStep: isStep),
              isLogarithmic: isStep
            ).figure
          })
      ])
  }

  /// The first run of each group.
  private func curves(_ key: String, isStep: Bool) -> [CurveChart.Curve] {
    groups.enumerated().map { place, group in
      let history = group.first.history
      let rows = isStep ? history.steps.rows : history.validations.rows
      let points = rows.compactMap { row -> (x: Double, y: Double)? in
        row.values[key].map { (Double(row.step), $0) }
      }
      return CurveChart.Curve(
        group.label, points, color: place % 6, style: place < 6 ? .line : .dashed)
    }
  }

  private var planesSection: Page.Section {
    Page.Section(
      "Rate and distortion", anchor: "planes",
      [
        Page.Section.charts([
          plane("Rate and distortion", x: ("kl", "KL"), y: ("mse", "MSE")),
          plane(
            "Sparsity and distortion", x: ("mse_map", "MSE of the mean"),
            y: ("lifetime_sparsity", "lifetime sparsity"), curves: rateDistortionCurves),
        ]),
        curvesPart,
      ])
  }

  private var curvesPart: Markup {
    let (headers, rows) = curveTable
    guard !rows.isEmpty else { return .empty }
    return DataTable(Self.curveFormula, headers: headers, rows: rows).markup
  }

  private func plane(
    _ title: String, x: (key: String, label: String), y: (key: String, label: String),
    curves: ([Double]) -> [CurveChart.Curve] = { _ in [] }
  ) -> Markup {
    let points = groups.enumerated().map { place, group in
      ScatterChart.Group(
        group.label,
        group.runs.compactMap { run in
          guard let first = run.summary.numbers[x.key], let second = run.summary.numbers[y.key]
          else { return nil }
          return ScatterChart.Point(run.name, x: first, y: second)
        }, color: place % 6, isMain: true)
    }
    let shown = points.flatMap { $0.points.map(\.x) }
    return ScatterChart(
      title, xLabel: x.label, yLabel: y.label, points, curves: curves(shown)
    ).figure
  }

  private var dictionariesSection: Page.Section {
    let figures = groups.compactMap { group -> Markup? in
      guard let file = group.first.dictionary, let picture = Picture(png: [UInt8](file)) else {
        return nil
      }
      return .element(
        "figure", [],
        [
          .element("figcaption", [], [.element("strong", text: group.label)]),
          picture.markup("dictionary of \(group.first.name), elements by ascending KL"),
        ])
    }
    return Page.Section(
      "Dictionaries", anchor: "dictionaries", [Page.Section.charts(figures)])
  }
}
