import Testing

@testable import Reporting

@Suite struct ChartScaleTests {
  @Test func twoDecadesOrMoreAreLogarithmic() {
    #expect(ChartScale(fitting: [0.0001, 0.01]) == .logarithmic)
    #expect(ChartScale(fitting: [1, 1000, .nan]) == .logarithmic)
    #expect(ChartScale(fitting: [1, 99]) == .linear)
  }

  @Test func whatIsNotPositiveIsLinear() {
    #expect(ChartScale(fitting: [0, 1000]) == .linear)
    #expect(ChartScale(fitting: [-1, 1000]) == .linear)
    #expect(ChartScale(fitting: []) == .linear)
  }

  @Test func aCategoryIsWrittenByItsName() {
    let scale = ChartScale.categories(["mc", "exact"])
    #expect(scale.text(1) == "exact")
    #expect(scale.text(7) == "–")
    #expect(scale.axis([0, 1]).ticks.map(\.text) == ["mc", "exact"])
    #expect(scale.axis([]).fraction(0) == 0.25 && scale.axis([]).fraction(1) == 0.75)
  }

  @Test func namesBelowAnAxisShareItsWidth() {
    let names = (0..<30).map { "category number \($0)" }
    let ticks = ChartScale.categories(names).axis([], characters: 54).ticks
    #expect(ticks.count <= 13)
    #expect(ticks.reduce(0) { $0 + $1.text.count + 1 } <= 54)
    let few = ChartScale.categories(["poisson", "gaussian"]).axis([], characters: 54).ticks
    #expect(few.map(\.text) == ["poisson", "gaussian"])
  }

  @Test func aShortenedTextKeepsItsBeginningAndEnd() {
    #expect("convolutional-wide".shortened(to: 10) == "convol…ide")
    #expect("short".shortened(to: 5) == "short")
  }

  @Test func pointsOnCategoriesSayTheirNames() {
    let group = ScatterChart.Group("finished", [.init("trial 3", x: 1, y: 170)], color: 0)
    let html = ScatterChart(
      "Family", xLabel: "family", yLabel: "nelbo", xScale: .categories(["p", "g&g"]), [group]
    ).figure.html
    #expect(html.contains("aria-label=\"finished, trial 3: family g&amp;g, nelbo 170\""))
    #expect(html.contains(">g&amp;g</text>"))
  }
}
