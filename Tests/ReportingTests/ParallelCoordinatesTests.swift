import Foundation
import Reporting
import Testing

@Suite struct ParallelCoordinatesTests {
  @Test func everyLineIsReachedByTheKeyboardAndSaysItsNameAndValues() {
    let html = chart.figure.html
    #expect(html.components(separatedBy: "class=\"thing").count == 5)
    #expect(html.components(separatedBy: "tabindex=\"0\" role=\"img\"").count == 5)
    #expect(
      html.contains(
        "aria-label=\"trial 0 &lt;b&gt;: training.beta 0.01, model.family &lt;poisson&gt;, nelbo 170\""
      ))
    #expect(!html.contains("<b>") && !html.contains("<poisson>"))
  }

  @Test func theMainLineIsDrawnLastAndTheOneWithoutRankFirst() throws {
    let html = chart.figure.html
    let places = try ["trial 2", "trial 1", "trial 3", "trial 0"].map {
      try #require(html.range(of: "aria-label=\"\($0)")).lowerBound
    }
    #expect(places == places.sorted())
  }

  @Test func aLineWithoutAValueGoesBelowTheAxis() {
    let html = chart.figure.html
    // Axes end at 280; trial 2 has no objective.
    #expect(html.contains("L390 305\""))
    #expect(html.contains("nelbo –\""))
    #expect(html.contains("without result"))
  }

  @Test func equalRatiosAreEquallyHighOnALogarithmicAxis() {
    let html = chart.figure.html
    // 0.01, 1 and 0.1 between 280 and 50.
    #expect(html.contains("d=\"M80 280L"))
    #expect(html.contains("d=\"M80 50L"))
    #expect(html.contains("d=\"M80 165L"))
  }

  @Test func anAxisWithoutValuesHasNoNumbers() {
    let chart = ParallelCoordinates(
      "a", [.init("x", scale: .linear), .init("y", scale: .linear)],
      [.init("l", [5, nil], rank: nil)])
    let texts = chart.figure.html.components(separatedBy: "class=\"rim\" x=\"227\"")
    // Beside the second axis there is only the sign for no value.
    #expect(texts.count == 2 && texts[1].contains(">–</text>"))
  }

  @Test func categoriesLieAtEqualDistances() {
    let html = chart.figure.html
    // Two bands of 115, their middles from below.
    #expect(html.contains("L235 222.5L") && html.contains("L235 107.5L"))
  }

  @Test func aChartWithoutLinesIsLeftOut() {
    #expect(ParallelCoordinates("a", [.init("x", scale: .linear)], []).figure == .empty)
    #expect(ParallelCoordinates("a", [], [.init("x", [], rank: nil)]).figure == .empty)
  }

  @Test func manyAxesScrollInsteadOfBecomingSmall() {
    let columns = (0..<10).map { ParallelCoordinates.Column("c\($0)", scale: .linear) }
    let line = ParallelCoordinates.Line("l", Array(repeating: 1, count: 10), rank: 0)
    let html = ParallelCoordinates("many", columns, [line]).figure.html
    #expect(html.contains("<div class=\"scroll\" tabindex=\"0\""))
    #expect(html.contains("viewBox=\"0 0 1555 "))
    #expect(html.contains("min-width:1321px"))
  }

  private var chart: ParallelCoordinates {
    ParallelCoordinates(
      "Settings",
      [
        .init("training.beta", scale: .logarithmic),
        .init("model.family", scale: .categories(["<poisson>", "gaussian"])),
        .init("nelbo", scale: .linear),
      ],
      [
        .init("trial 0 <b>", [0.01, 0, 170], rank: 0.5, isMain: true),
        .init("trial 1", [1, 1, 180], rank: 1),
        .init("trial 3", [1, 1, 175], rank: 0),
        .init("trial 2", [0.1, 0, .nan], rank: nil, style: .dashed),
      ])
  }
}
