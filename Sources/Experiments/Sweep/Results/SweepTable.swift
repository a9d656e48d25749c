/// A sweep's trials as tables: for other programs, for articles and for a terminal.
struct SweepTable {
  let results: SweepResults

  /// Numbers of a run that its machine decides, not its settings.
  private static let circumstances: Set = [
    "seconds", "wall_seconds", "samples_per_second", "ranks", "lost_ranks", "resumed_from_step",
  ]

  /// Takes the results.
  init(_ results: SweepResults) { self.results = results }

  /// All trials as comma-separated values, in the order of their numbers.
  ///
  /// It has neither times nor repetitions: the table of a sweep that was interrupted has the same bytes as that of one
  /// that was not. Numbers have as many digits as it takes to read them back.
  var csv: String {
    let names = metricNames
    let header =
      ["trial"] + results.axes + ["state", "step", "objective"] + names
      + ["parameters_sha256", "error"]
    let rows = results.numbered.map { trial in
      ["\(trial.number)"] + results.axes.map { trial.settings[$0] ?? "" }
        + [trial.state.rawValue, "\(trial.step)", trial.objective.map { "\($0)" } ?? ""]
        + names.map { name in trial.metric(name).map { "\($0)" } ?? "" }
        + [trial.digest ?? "", trial.error ?? ""]
    }
    return Spreadsheet.csv([header] + rows)
  }

  /// The trials for a terminal, the best one marked.
  ///
  /// - Parameter width: The most characters of a line.
  /// - Returns: A line for the names of the columns, and a line a trial.
  func lines(width: Int) -> [String] {
    let best = results.ranked.first?.number
    let decimals = results.objectiveColumn.decimals
    // The last word of a path says enough where it is the only such one.
    let words = results.axes.map { $0.split(separator: ".").last.map(String.init) ?? $0 }
    let names = zip(results.axes, words).map { axis, word in
      words.filter { $0 == word }.count == 1 ? word : axis
    }
    let rows = results.numbered.map { trial in
      ["\(trial.number)"] + results.axes.map { SettingText.short($0, in: trial.settings) }
        + [
          trial.state.rawValue, "\(trial.step)",
          trial.objective.map { String(decimals: decimals, $0) } ?? "–",
          trial.number == best ? "best" : "",
        ]
    }
    return TextTable.lines(
      [["trial"] + names + ["state", "step", results.objective, ""]] + rows, width: width)
  }

  /// The metrics of any trial, in the order in which the trials have them.
  private var metricNames: [String] {
    var known = SweepTable.circumstances
    return results.numbered.flatMap { $0.metrics.map(\.name) }.filter { known.insert($0).inserted }
  }
}
