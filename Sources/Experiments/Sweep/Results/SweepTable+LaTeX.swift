extension SweepTable {
  /// Columns for which an article's page has room.
  private static let columns: Set = ["nelbo", "energy", "mse", "kl", "l1_norm"]

  /// A row for each combination of settings whose trials have finished, with means over seeds in the published
  /// tables' format, for the package booktabs.
  var latex: String {
    let axes = results.settingAxes
    let columns =
      [results.objectiveColumn]
      + results.commonColumns.filter { SweepTable.columns.contains($0.key) }
    let rows = SweepGroup.groups(of: results).map { group in
      axes.map { LaTeXTable.escaped(SettingText.short($0, in: group.settings)) } + [
        "\(group.trials.count)"
      ]
        + columns.map { cell($0, of: group) }
    }
    let head = axes + ["seeds"] + columns.map(\.title)
    let none = "\\multicolumn{\(head.count)}{c}{No trial has finished.}"
    return LaTeXTable(
      caption: caption, label: label,
      columns: String(repeating: "l", count: axes.count)
        + String(repeating: "c", count: columns.count + 1),
      head: head.map(LaTeXTable.escaped), rows: rows.isEmpty ? [[none]] : rows
    ).text
  }

  /// One digit less than elsewhere, as published.
  private func cell(_ column: RunComparison.Column, of group: SweepGroup) -> String {
    let estimate = group.estimate { results.value(column.key, of: $0) }
    return estimate?.latex(decimals: column.decimals - 1) ?? "–"
  }

  private var caption: String {
    let goal = results.direction == .minimize ? "less is better" : "more is better"
    return
      "Sweep \(LaTeXTable.escaped(results.name)); of \(LaTeXTable.escaped(results.objective)) \(goal). "
      + "Validation, mean over seeds $\\pm$ 99\\,\\% interval."
  }

  /// Letters, digits and hyphens, which no package takes for anything else.
  private var label: String {
    let words = results.name.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return "tab:\(words.isEmpty ? "sweep" : words.joined(separator: "-"))"
  }
}
