import Datasets
import Models
import Training

extension RunComparison {
  /// Tables in the format of Vafaii, Galor & Yates, NeurIPS 2024, for the package booktabs: a row a model and method,
  /// a column a data set and architecture; NELBO, and the percent above the best where methods differ.
  public var latex: String {
    let nelbo = table("Negative ELBO, nats; mean over seeds $\\pm$ 99\\,\\% interval.") { group in
      group.estimate("nelbo")?.latex(decimals: 1)
    }
    guard hasDrops else { return nelbo }
    return nelbo + "\n"
      + table("Percent of the negative ELBO above the best fit.") { group in
        drop(of: group)?.latex(decimals: 1)
      }
  }

  private func table(_ caption: String, cell: (RunGroup) -> String?) -> String {
    let columns = unique(groups.map(column))
    let rows = unique(groups.filter { $0.estimate("nelbo") != nil }.map(row))
    let body = rows.map { row in
      let cells = columns.map { column in
        let here = groups.filter { self.row($0) == row && self.column($0) == column }
        return here.compactMap(cell).joined(separator: "; ")
      }
      return row + cells
    }
    return LaTeXTable(
      caption: caption, columns: "lll" + String(repeating: "c", count: columns.count),
      head: ["model", "method", ""] + columns, rows: body
    ).text
  }

  private func column(_ group: RunGroup) -> String {
    let run = group.first.configuration.run
    return
      "\(LaTeXTable.escaped(run.data.name.rawValue)) $\\langle$\(LaTeXTable.escaped(String(run.model.architecture.dropFirst().dropLast())))$\\rangle$"
  }

  /// Model, method, and whatever else tells groups apart that would share a cell.
  private func row(_ group: RunGroup) -> [String] {
    let run = group.first.configuration.run
    let shown: Set = [
      "data.name", "model.family", "model.latent_function", "model.encoder", "model.decoder",
      "training.method",
    ]
    let rest = differences.filter { key in
      !shown.contains(key) && !ResolvedConfiguration.withoutEffect.contains(key)
    }.filter { key in tells(key, group) }
    let words = rest.map { "\($0)=\(group.setting($0))" }.joined(separator: " ")
    return [run.model.familyName, group.first.method, words].map(LaTeXTable.escaped)
  }

  /// Whether a setting differs among groups of the same model, method, data set and architecture.
  private func tells(_ key: String, _ group: RunGroup) -> Bool {
    let same = groups.filter {
      $0.first.contest == group.first.contest && $0.first.method == group.first.method
    }
    return Set(same.map { $0.setting(key) }).count > 1
  }

  private func unique<Value: Equatable>(_ values: [Value]) -> [Value] {
    values.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
