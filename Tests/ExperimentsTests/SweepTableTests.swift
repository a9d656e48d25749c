import Testing

@testable import Experiments

@Suite struct SweepTableTests {
  @Test func theSpreadsheetIsTheSameInWhateverOrderTrialsCome() {
    var sweep = MadeUpSweep.large()
    let table = SweepTable(sweep.results)
    sweep.trials.reverse()
    let reversed = SweepTable(sweep.results)
    #expect(reversed.csv == table.csv)
    #expect(reversed.latex == table.latex)
    #expect(reversed.lines(width: 100) == table.lines(width: 100))
  }

  @Test func neitherTimesNorRetriesChangeTheSpreadsheet() {
    func csv(_ seconds: Double, _ retries: Int) -> String {
      var sweep = MadeUpSweep()
      sweep.trials = [
        MadeUpSweep.trial(
          0, ["training.beta": "1"], objective: 2,
          metrics: [("nelbo", 2), ("wall_seconds", seconds), ("samples_per_second", 1 / seconds)],
          seconds: seconds, retries: retries)
      ]
      return SweepTable(sweep.results).csv
    }
    #expect(csv(1, 0) == csv(7, 2))
    #expect(
      csv(1, 0)
        == "trial,training.beta,state,step,objective,nelbo,parameters_sha256,error\r\n"
        + "0,1,finished,100,2.0,2.0,abc0,\r\n")
  }

  @Test func numbersOfTheSpreadsheetReadBack() throws {
    var sweep = MadeUpSweep()
    let value = 0.1 + 0.2
    sweep.trials = [MadeUpSweep.trial(0, [:], objective: value, metrics: [("kl", value / 3e20)])]
    let cells = SweepTable(sweep.results).csv.split(separator: "\r\n")[1]
      .split(separator: ",", omittingEmptySubsequences: false)
    #expect(Double(cells[4]) == value)
    #expect(Double(cells[5]) == value / 3e20)
  }

  @Test func commasQuotesAndLineEndsAreQuoted() {
    var sweep = MadeUpSweep()
    sweep.trials = [
      MadeUpSweep.trial(0, ["training.beta": "a,b"], .failed, error: "said \"no\"\nand <left> & 5%")
    ]
    let csv = SweepTable(sweep.results).csv
    #expect(csv.contains("0,\"a,b\",failed,100,,,\"said \"\"no\"\"\nand <left> & 5%\"\r\n"))
  }

  @Test func theLaTeXTableHasARowForEachCombinationWithMeansOverSeeds() {
    let latex = SweepTable(seeds.results).latex
    // 9.925 · √(2/3)/√3, as in the comparison of runs.
    #expect(latex.contains("1 & 3 & $42.0 \\pm 4.7$ & $10.0 \\pm .0$ \\\\"))
    #expect(latex.contains("2 & 1 & $50.0$ & $10.0$ \\\\"))
    #expect(latex.contains("training.beta & seeds & NELBO & KL \\\\"))
    #expect(latex.contains("\\begin{tabular}{lccc}"))
    #expect(latex.contains("\\label{tab:a-b-100}"))
    #expect(latex.contains("\\toprule") && latex.contains("\\bottomrule"))
  }

  @Test func textsOfTheLaTeXTableAreEscaped() {
    let latex = SweepTable(seeds.results).latex
    #expect(latex.contains("Sweep a\\_b 100\\% $<$\\&$>$;"))
    #expect(!latex.contains("a_b"))
  }

  @Test func aSweepWithoutResultsHasALaTeXTableThatSaysSo() {
    #expect(
      SweepTable(MadeUpSweep().results).latex
        .contains("\\multicolumn{3}{c}{No trial has finished.} \\\\"))
  }

  @Test(arguments: [(SweepDirection.minimize, "1"), (.maximize, "2")])
  func theBestTrialIsMarked(_ direction: SweepDirection, _ best: String) {
    var sweep = MadeUpSweep()
    sweep.direction = direction
    sweep.trials = [
      MadeUpSweep.trial(0, [:], objective: .nan),
      MadeUpSweep.trial(1, [:], objective: 1), MadeUpSweep.trial(2, [:], objective: 3),
      MadeUpSweep.trial(3, [:], .stopped, objective: direction == .minimize ? 0 : 9),
    ]
    let marked = SweepTable(sweep.results).lines(width: 80).filter { $0.hasSuffix("best") }
    #expect(marked.count == 1)
    #expect(marked.first?.hasPrefix(best) == true)
  }

  @Test(arguments: [10, 40, 60, 80, 200])
  func noLineIsWiderThanTheTerminal(_ width: Int) {
    let lines = SweepTable(MadeUpSweep.large().results).lines(width: width)
    #expect(lines.count == 41)
    #expect(lines.allSatisfy { $0.count <= width })
    #expect(Set(lines.map(\.count)).count == 1)
  }

  @Test func onlyTheSpreadsheetHasAllDigitsOfSettings() {
    var sweep = MadeUpSweep()
    sweep.axes = ["training.beta", "training.steps", "seed"]
    let settings = [
      "training.beta": "0.0022197951281441634", "training.steps": "123456789",
      "seed": "1234567890123",
    ]
    sweep.trials = [MadeUpSweep.trial(0, settings, objective: 1)]
    let table = SweepTable(sweep.results)
    #expect(table.csv.contains("0,0.0022197951281441634,123456789,1234567890123,"))
    #expect(table.lines(width: 100)[1].contains(" 0.0022198  123456789  1234567890123 "))
    #expect(table.latex.contains("0.0022198 & 123456789 & 1 "))
  }

  @Test func aTextCannotCommandTheTerminal() {
    var sweep = MadeUpSweep()
    sweep.trials = [MadeUpSweep.trial(0, ["training.beta": "a\u{1B}[2J\nb"])]
    let lines = SweepTable(sweep.results).lines(width: 80)
    #expect(lines.count == 2 && lines[1].contains("a [2J b"))
  }

  /// Three seeds of one setting, one of another, and a trial that has not finished.
  private var seeds: MadeUpSweep {
    var sweep = MadeUpSweep()
    sweep.name = "a_b 100% <&>"
    sweep.axes = ["training.beta", "seed"]
    sweep.trials = (0..<3).map { seed in
      MadeUpSweep.trial(
        seed, ["training.beta": "1", "seed": "\(seed)"], objective: 41 + Double(seed),
        metrics: [("nelbo", 41 + Double(seed)), ("kl", 10)])
    }
    sweep.trials += [
      MadeUpSweep.trial(
        3, ["training.beta": "2", "seed": "0"], objective: 50, metrics: [("kl", 10)]),
      MadeUpSweep.trial(
        4, ["training.beta": "2", "seed": "1"], .stopped, objective: 90, metrics: [("kl", 10)]),
    ]
    return sweep
  }
}
