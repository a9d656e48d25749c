import Foundation
import Reporting
import Testing

@Suite struct ChartTests {
  @Test func aCurveHoldsItsNumbersForTheReadout() {
    let curve = CurveChart.Curve("loss & more", [(0, 170.25), (10, .nan), (20, 160.5)], color: 1)
    let html = CurveChart("Loss", unit: "nats", xLabel: "step", [curve]).figure.html
    #expect(html.contains("data-x=\"0,20\""))
    #expect(html.contains("data-y=\"170.25,160.5\""))
    #expect(html.contains("data-name=\"loss &amp; more\""))
  }

  @Test func aCurveSaysInWordsWhatItShows() {
    let points = [(0.0, 3.0), (1.0, 1.0), (2.0, 2.0)]
    let html = CurveChart(
      "Loss", unit: "", xLabel: "step",
      [CurveChart.Curve("loss", points.map { ($0, $1) }, color: 0)]
    ).figure.html
    #expect(html.contains("aria-label=\"Loss against step. loss: from 3 to 2, least 1.\""))
    #expect(html.contains("role=\"img\"") && html.contains("tabindex=\"0\""))
  }

  @Test func aCurveGoesFromTheLeftEndToTheRight() {
    let curve = CurveChart.Curve("y", [(0, 0), (100, 10)], color: 0)
    let html = CurveChart("y", unit: "", xLabel: "x", [curve]).figure.html
    #expect(html.contains("d=\"M48 200L388 10\""))
  }

  /// A run that diverged, or a damaged log.
  private static let extremes: [[Double]] = [
    [1e308, -1e308], [1e308, 1], [Double.leastNonzeroMagnitude, 1e90], [1e100, -1e100],
    [0, Double.leastNonzeroMagnitude], [1e-300, 1e-200],
    [9_007_199_254_740_992, 9_007_199_254_740_991],
  ]

  @Test(arguments: extremes)
  func numbersOfAnySizeAreDrawnOrLeftOut(values: [Double]) {
    for isLogarithmic in [false, true] {
      let points = values.enumerated().map { (Double($0.offset), $0.element) }
      let across = values.map { ($0, 1.0) }
      for points in [points, across] {
        let curve = CurveChart.Curve("y", points.map { ($0.0, $0.1) }, color: 0)
        let chart = CurveChart(
          "y", unit: "", xLabel: "x", [curve], isLogarithmic: isLogarithmic)
        #expect(!chart.figure.html.contains("nan"))
      }
    }
    let group = ScatterChart.Group(
      "g", values.map { ScatterChart.Point("p", x: $0, y: -$0) }, color: 0)
    let scale = ChartScale(fitting: values)
    #expect(
      !ScatterChart("a", xLabel: "x", yLabel: "y", xScale: scale, [group]).figure.html
        .contains("nan"))
    let screen = RunScreen(
      title: "run", fraction: 0.5, place: [], pace: [], notice: nil,
      curves: [
        Curve(
          "loss", values.enumerated().map { Curve.Point(step: $0.offset, value: $0.element) })
      ])
    #expect(screen.lines(width: 100, height: 40, isColored: false).count > 3)
  }

  @Test func chartsOfNothingAreLeftOut() {
    let none = CurveChart.Curve("none", [(1, .infinity)], color: 0)
    #expect(CurveChart("a", unit: "", xLabel: "x", [none]).figure == .empty)
    #expect(ScatterChart("a", xLabel: "x", yLabel: "y", []).figure == .empty)
    #expect(
      HistogramChart("a", xLabel: "x", things: "y", range: 0...1, counts: [0, 0]).figure == .empty)
  }

  @Test func everyPointOfAPlaneIsReachedByTheKeyboardAndSaysItsNumbers() {
    let group = ScatterChart.Group(
      "published",
      [ScatterChart.Point("β = 1", x: 29.5, y: 137.7), ScatterChart.Point("β = 2", x: 5, y: 200)],
      color: 2)
    let html = ScatterChart("Plane", xLabel: "KL", yLabel: "MSE", [group]).figure.html
    #expect(html.contains("aria-label=\"published, β = 1: KL 29.5, MSE 137.7\""))
    #expect(html.components(separatedBy: "tabindex=\"0\"").count == 3)
  }

  @Test func curvesOfAPlaneLieBehindItsPointsAndWithinItsAxes() {
    let group = ScatterChart.Group("runs", [ScatterChart.Point("a", x: 5, y: 5)], color: 0)
    let curve = CurveChart.Curve("fit", [(0, 0), (10, 10)], color: 5, style: .dashed)
    let html = ScatterChart("Plane", xLabel: "x", yLabel: "y", [group], curves: [curve]).figure.html
    #expect(html.contains("class=\"curve c5 dashed\" d=\"M48 200L388 10\""))
    #expect(html.contains("aria-label=\"Plane: y against x, 1 points; curve fit\""))
    #expect(html.contains("<span class=\"key c5 dashed\"></span><span>fit</span>"))
    let (line, point) = (html.range(of: "class=\"curve"), html.range(of: "class=\"point"))
    #expect((line?.lowerBound ?? html.endIndex) < (point?.lowerBound ?? html.startIndex))
  }

  @Test func barsAreAsHighAsTheirCounts() {
    let html = HistogramChart(
      "Rates", xLabel: "rate", things: "latents", range: 0...4, counts: [4, 0, 2, 1]
    ).figure.html
    // The axis ends at 4, 190 units above zero.
    #expect(html.contains("height=\"190\"") && html.contains("height=\"95\""))
    #expect(html.contains("<title>2 to 3: 2</title>"))
    #expect(html.contains("aria-label=\"Rates: 7 latents; most, 4, at rate 0 to 1\""))
    #expect(html.components(separatedBy: "class=\"bar\"").count == 4)
  }

  @Test func tablesNameTheirRowsAndColumns() {
    let html = DataTable("Results", headers: ["Metric", "Run <1>"], rows: [["NELBO", "167.2"]])
      .markup.html
    #expect(html.contains("<th scope=\"col\">Run &lt;1&gt;</th>"))
    #expect(html.contains("<th scope=\"row\">NELBO</th><td>167.2</td>"))
    #expect(html.contains("<caption>Results</caption>"))
  }
}
