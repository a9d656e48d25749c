import Datasets
import Models
import Reporting
import Training

extension RunReport {
  /// The run beside the published results for its data set, family, architecture and method.
  var comparisonSection: Page.Section {
    let run = configuration.run
    let table = PublishedResults.row(of: run).map { publishedTable($0).markup }
    let none = Markup.element(
      "p",
      text:
        isSparseCoding
        ? "Published points of sparse coding are in the plane, where the data are the same."
        : "No published numbers belong to this data set, family, architecture, method, number of latents and β."
    )
    let source = Markup.element(
      "p", [("class", "unit")],
      text: "Published: \(PublishedResults.source); means over 5 seeds, ± 99 %, 512 latents, β = 1."
    )
    let hasPublished = !PublishedResults.comparable(to: run).isEmpty || run.data.name == .vanHateren
    return Page.Section(
      "Rate, distortion and published results", anchor: "published",
      [
        table ?? none,
        Page.Section.charts((isSparseCoding ? [] : [lossPlane.figure]) + [sparsityPlane.figure]),
        hasPublished ? source : .empty,
      ])
  }

  private func publishedTable(_ row: PublishedResults.Row) -> DataTable {
    let names: [(key: String, name: String, decimals: Int)] = [
      ("nelbo", "NELBO", 2), ("mse", "MSE, sampled", 2), ("kl", "KL", 2),
      ("mse_map", "MSE of the mean", 2), ("lifetime_sparsity", "Lifetime sparsity", 3),
      ("active_fraction", "Active latents, by the published rules", 3),
    ]
    let rows = names.compactMap { entry -> [String]? in
      let (key, name, decimals) = entry
      // With a latent function the published number is that of the code's own definition.
      let own =
        switch key {
        case "mse_map" where !row.hasMeanError: "mse_map_official"
        case "active_fraction": "active_fraction_official"
        default: key
        }
      guard let value = summary.numbers[own] else { return nil }
      guard let published = row.metrics[key] else {
        return [name, NumberText.fixed(value, decimals: decimals), "–", "–", "–"]
      }
      let interval = published.interval.map { " ± \(NumberText.fixed($0, decimals: decimals))" }
      let difference = value - published.mean
      let share = 100 * difference / published.mean
      return [
        name, NumberText.fixed(value, decimals: decimals),
        NumberText.fixed(published.mean, decimals: decimals) + (interval ?? ""),
        signed(difference, decimals: decimals), signed(share, decimals: 1) + " %",
      ]
    }
    return DataTable(
      "This run beside the published \(row.family) \(configuration.run.model.architecture), method \(row.method)",
      headers: ["Metric", "This run", "Published", "Difference", "Relative"], rows: rows)
  }

  /// A number with its sign, unless it is rounded to zero.
  private func signed(_ value: Double, decimals: Int) -> String {
    let text = NumberText.fixed(value, decimals: decimals)
    guard text.contains(where: { ("1"..."9").contains($0) }) else {
      return NumberText.fixed(0, decimals: decimals)
    }
    return value > 0 ? "+\(text)" : text
  }

  /// MSE against KL: equal NELBO lies on a falling line.
  private var lossPlane: ScatterChart {
    let published = PublishedResults.comparable(to: configuration.run)
    let families = ["poisson", "gaussian", "laplace", "categorical"]
    let groups = families.enumerated().map { place, family in
      ScatterChart.Group(
        "published \(family)",
        published.filter { $0.family.hasPrefix(family) }.compactMap { row in
          guard let kl = row.metrics["kl"], let mse = row.metrics["mse"] else { return nil }
          return ScatterChart.Point("\(row.family) \(row.method)", x: kl.mean, y: mse.mean)
        }, color: place + 1)
    }
    let own = summary.numbers["kl"].flatMap { kl in
      summary.numbers["mse"].map { ScatterChart.Point("", x: kl, y: $0) }
    }
    return ScatterChart(
      "Rate and distortion", xLabel: "KL", yLabel: "MSE",
      groups + [
        earlier(x: "kl", y: "mse"),
        ScatterChart.Group("this run", [own].compactMap { $0 }, color: 0, isMain: true),
      ])
  }

  /// Lifetime sparsity against the error of the mean.
  private var sparsityPlane: ScatterChart {
    let isVanHateren = configuration.run.data.name == .vanHateren
    func group(
      _ name: String, _ points: [PublishedResults.Point], _ color: Int, isJoined: Bool = false
    ) -> ScatterChart.Group {
      ScatterChart.Group(
        name,
        isVanHateren
          ? points.map { ScatterChart.Point($0.name, x: $0.mseMap, y: $0.lifetimeSparsity) } : [],
        color: color, isJoined: isJoined)
    }
    let own = summary.numbers["mse_map"].flatMap { error in
      summary.numbers["lifetime_sparsity"].map { ScatterChart.Point("", x: error, y: $0) }
    }
    return ScatterChart(
      "Sparsity and distortion", xLabel: "MSE of the mean", yLabel: "lifetime sparsity",
      [
        group("published P-VAE <lin|lin> by β", PublishedResults.betaSweep, 1, isJoined: true),
        group("LCA on its dictionary by λ", PublishedResults.lcaOnDictionary, 2, isJoined: true),
        group("sparse coding", PublishedResults.sparseCoding, 3),
        earlier(x: "mse_map", y: "lifetime_sparsity"),
        ScatterChart.Group("this run", [own].compactMap { $0 }, color: 0, isMain: true),
      ])
  }

  /// Where the run came from, lately: its first validations are far off.
  private func earlier(x: String, y: String) -> ScatterChart.Group {
    let points = history.validations.rows.suffix(12).dropLast().compactMap { row in
      row.values[x].flatMap { first in
        row.values[y].map { ScatterChart.Point("step \(row.step)", x: first, y: $0) }
      }
    }
    return ScatterChart.Group("earlier validations", points, color: 5, isJoined: true)
  }
}
