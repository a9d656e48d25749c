import Reporting

extension SweepPage {
  /// How many failures are listed: many have one cause.
  private static let failures = 200

  /// Means over seeds, where settings were tried with several.
  var seedsSection: Page.Section {
    let groups = SweepGroup.groups(of: results)
    guard groups.contains(where: { $0.trials.count > 1 }) else {
      return Page.Section("Means over seeds", anchor: "seeds", [])
    }
    let columns = [results.objectiveColumn] + results.commonColumns
    let table = DataTable(
      "Finished trials; ± is the 99 % interval of a mean over seeds",
      headers: ["Seeds"] + results.settingAxes + columns.map(\.title),
      rows: ranking(groups).map { group in
        ["\(group.trials.count)"]
          + results.settingAxes.map { SettingText.short($0, in: group.settings) }
          + columns.map { column in
            let estimate = group.estimate { results.value(column.key, of: $0) }
            return estimate?.text(decimals: column.decimals).replacing("-", with: "−") ?? "–"
          }
      })
    return Page.Section("Means over seeds", anchor: "seeds", [table.markup])
  }

  /// By the mean objective; those without one are last.
  private func ranking(_ groups: [SweepGroup]) -> [SweepGroup] {
    func mean(_ group: SweepGroup) -> Double? {
      group.estimate(\.objective).flatMap { $0.mean.isFinite ? $0.mean : nil }
    }
    let ranked = groups.filter { mean($0) != nil }.sorted {
      results.direction.isBetter(mean($0) ?? .nan, than: mean($1) ?? .nan)
    }
    return ranked + groups.filter { mean($0) == nil }
  }

  /// Trials that were given up, with their errors.
  var failuresSection: Page.Section {
    let failed = results.numbered.filter { $0.state == .failed }
    guard !failed.isEmpty else { return Page.Section("Failures", anchor: "failures", []) }
    let rows = failed.prefix(SweepPage.failures).map { trial in
      let error = trial.error ?? "–"
      let words = zip(results.axes, settings(of: trial)).map { "\($0) \($1)" }
      return [
        "\(trial.number)", "\(trial.step)", "\(trial.retries)",
        error.count > 500 ? "\(error.prefix(499))…" : error, words.joined(separator: ", "),
      ]
    }
    let table = DataTable(
      failed.count > rows.count
        ? "The first \(rows.count) of \(failed.count) trials that were given up"
        : "Trials that were given up",
      headers: ["Trial", "Step", "Begun again", "Error", "Settings"], rows: rows, isText: true)
    return Page.Section("Failures", anchor: "failures", [table.markup])
  }

  /// All trials.
  var trialsSection: Page.Section {
    let trials = listed
    guard !trials.isEmpty else {
      return Page.Section(
        "All trials", anchor: "trials", [.element("p", text: "There are no trials yet.")])
    }
    let columns = [results.objectiveColumn] + results.commonColumns
    let rows = trials.map { trial in
      ["\(trial.number)"] + settings(of: trial)
        + [trial.state.rawValue, NumberText.grouped(trial.step)]
        + columns.map { text($0, of: trial) } + [durationText(trial.seconds)]
    }
    let caption =
      results.trials.count > trials.count
      ? "The best \(NumberText.grouped(trials.count)) trials; the spreadsheet has all"
      : "Last validation of each trial"
    let table = DataTable(
      caption,
      headers: ["Trial"] + results.axes + ["State", "Step"] + columns.map(\.title) + ["Duration"],
      rows: rows, links: trials.map(reportLink))
    return Page.Section("All trials", anchor: "trials", [table.markup])
  }
}
