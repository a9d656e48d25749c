import Foundation

extension RunComparison {
  /// What the terminal shows: the settings that differ, then the results.
  public var lines: [String] {
    let settings = differences.map { key in
      [key] + groups.map { $0.setting(key) }
    }
    let differing =
      settings.isEmpty
      ? ["The settings differ in nothing but the seed."]
      : TextTable.lines([["setting"] + groups.map(\.label)] + settings)
    let (headers, rows) = results
    let notes =
      groups.contains { $0.runs.count > 1 }
      ? ["± is the 99 % interval of a mean over seeds."] : []
    let curves = curveTable
    let fits =
      curves.rows.isEmpty
      ? [] : ["", "\(Self.curveFormula):"] + TextTable.lines([curves.headers] + curves.rows)
    let data = dataNote.map { [$0 + ".", ""] } ?? []
    return data + differing + [""] + TextTable.lines([headers] + rows) + notes + fits
  }

  /// The comparison as a spreadsheet: a line a group, a metric and its interval in columns side by
  /// side.
  public var csv: String {
    let metrics = columns.flatMap { [$0.key, "\($0.key)_interval"] }
    let header =
      ["group", "runs", "seeds"] + differences + metrics + [
        "drop_percent", "drop_percent_interval",
      ]
    let rows = groups.map { group in
      let values = (columns.map { group.estimate($0.key) } + [drop(of: group)]).flatMap {
        estimate in
        [estimate.map { "\($0.mean)" } ?? "", estimate?.interval.map { "\($0)" } ?? ""]
      }
      return [group.label, "\(group.runs.count)", group.setting("seed")]
        + differences.map { group.setting($0) } + values
    }
    return Spreadsheet.csv([header] + rows)
  }

  /// The comparison for programs.
  public var json: MetricValue {
    .object([
      ("data_note", dataNote.map { .text($0) } ?? .null),
      (
        "differences",
        .object(
          differences.map { key in
            (key, .list(groups.map { .text($0.setting(key)) }))
          })
      ),
      ("groups", .list(groups.map(object))), ("rate_distortion", sweepsObject),
    ])
  }

  private func object(_ group: RunGroup) -> MetricValue {
    let metrics = columns.compactMap { column in
      group.estimate(column.key).map { (column.key, object($0)) }
    }
    let runs = group.runs.map { run in
      let numbers = columns.compactMap { column in
        run.summary.numbers[column.key].map { (column.key, MetricValue.number($0)) }
      }
      return MetricValue.object(
        [
          ("name", .text(run.name)), ("seed", .integer(Int(run.configuration.run.seed))),
          ("finished", .flag(run.isFinished)),
        ] + numbers)
    }
    return .object([
      ("label", .text(group.label)), ("runs", .list(runs)), ("metrics", .object(metrics)),
      ("drop_percent", drop(of: group).map { object($0) } ?? .null),
    ])
  }

  private func object(_ estimate: Estimate) -> MetricValue {
    .object([
      ("mean", .number(estimate.mean)),
      ("interval", estimate.interval.map { .number($0) } ?? .null),
      ("count", .integer(estimate.count)),
    ])
  }
}

extension String {
  /// A number with so many digits after the point.
  init(decimals: Int, _ value: Double) {
    self = String(format: "%.\(decimals)f", value)
  }
}
