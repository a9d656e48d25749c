import Testing

@testable import Reporting

@Suite struct BrailleCanvasTests {
  @Test(
    arguments: [
      (0, 0, "⠁"), (1, 0, "⠈"), (0, 1, "⠂"), (1, 1, "⠐"), (0, 2, "⠄"), (1, 2, "⠠"), (0, 3, "⡀"),
      (1, 3, "⢀"),
    ])
  func eachDotHasItsPlace(column: Int, row: Int, character: String) {
    var canvas = BrailleCanvas(columns: 1, rows: 1)
    canvas.line(from: (column, row), to: (column, row))
    #expect(canvas.lines == [character])
  }

  @Test func linesJoinTheirEnds() {
    var canvas = BrailleCanvas(columns: 4, rows: 2)
    #expect(canvas.lines == ["    ", "    "])
    canvas.line(from: (0, 7), to: (7, 0))
    #expect(canvas.lines == ["  ⡠⠊", "⡠⠊  "])
    canvas.line(from: (0, 0), to: (0, 7))
    canvas.line(from: (7, 7), to: (0, 7))
    #expect(canvas.lines == ["⡇ ⡠⠊", "⣧⣊⣀⣀"])
  }
}
