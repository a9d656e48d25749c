import Evaluation
import Models
import Reporting
import Training

extension RunReport {
  /// What was run, on which data, for how long.
  var runSection: Page.Section {
    let run = configuration.run
    let settings: [(name: String, value: String)] =
      [
        ("Profile", run.profile.rawValue), ("Seed", "\(run.seed)"),
      ] + modelFacts + [
        ("Batch", "\(run.training.batch)"), ("Epochs", NumberText.grouped(run.training.epochs)),
      ]
    let facts: [(name: String, value: String?)] = [
      ("Parameters", summary.whole("parameters").map(NumberText.grouped)),
      ("Duration", summary.numbers["wall_seconds"].map(durationText)),
      ("Ranks", summary.whole("ranks").map { "\($0)" }),
      ("Version", summary.texts["version"].map { "shoal \($0)" }),
    ]
    let known = facts.compactMap { fact in fact.value.map { (name: fact.name, value: $0) } }
    let notes = missing.map {
      Markup.element("p", [("class", "missing")], text: $0)
    }
    return Page.Section(
      "What was run", anchor: "run",
      notes + [Page.Section.facts(settings + known)] + dataParts + [
        Page.Section.details(
          "The complete configuration", .element("pre", text: configuration.yaml))
      ])
  }

  private var modelFacts: [(name: String, value: String)] {
    let (model, training) = (configuration.run.model, configuration.run.training)
    if isSparseCoding {
      return [
        ("Model", model.family.rawValue.uppercased()), ("Elements", "\(model.latents)"),
        ("λ", NumberText.short(model.sparseCoding.threshold)),
        ("Iterations", NumberText.grouped(model.sparseCoding.iterations)),
      ]
    }
    return [
      ("Model", "\(model.familyName) \(model.architecture)"), ("Latents", "\(model.width)"),
      ("Method", training.method.rawValue), ("β", NumberText.short(training.beta)),
    ]
  }

  private var dataParts: [Markup] {
    guard let data else { return [] }
    let table = DataTable(
      "The original files", headers: ["File", "Bytes", "SHA-256"], rows: data.files, isText: true)
    return [
      .element("h3", text: "Data"), Page.Section.facts(data.entries),
      data.options.isEmpty
        ? .empty
        : Page.Section.details("How the data were prepared", .element("pre", text: data.options)),
      data.files.isEmpty
        ? .empty : Page.Section.details("The \(data.files.count) original files", table.markup),
    ]
  }

  /// On what, how fast, and with which interruptions.
  var machineSection: Page.Section {
    let digits: (Double) -> String = { NumberText.short($0) }
    let facts: [(name: String, value: String?)] = [
      ("Ranks", summary.whole("ranks").map { "\($0)" }),
      ("Shards", summary.whole("shards").map { "\($0)" }),
      ("Samples a second, whole run", summary.numbers["samples_per_second"].map(digits)),
      ("Kernels", summary.texts["kernels"]),
      ("Their fingerprint", summary.texts["kernel_fingerprint"]),
      resumed,
      (
        "Ranks lost since then",
        summary.whole("lost_ranks").map { $0 == 0 ? "none" : "\($0)" }
      ), ("Digest of the parameters", summary.texts["parameters_sha256"]),
    ]
    return Page.Section(
      "Machine and faults", anchor: "machine",
      [
        Page.Section.facts(facts.compactMap { fact in fact.value.map { (fact.name, $0) } }),
        startsTable, Page.Section.charts([throughput.figure]),
      ])
  }

  /// How often the run went on; from logs without starts, only where it did so last.
  private var resumed: (name: String, value: String?) {
    guard history.starts.isEmpty else {
      let count = resumes.count
      return ("Resumed", count == 0 ? "never" : count == 1 ? "once" : "\(count) times")
    }
    return (
      "Last resumed",
      summary.whole("resumed_from_step").map { $0 == 0 ? "never" : "from step \($0)" }
    )
  }

  /// All starts but the run's first one.
  private var resumes: ArraySlice<RunHistory.Start> {
    history.starts.dropFirst(history.starts.first?.step == 0 ? 1 : 0)
  }

  private var startsTable: Markup {
    let rows = resumes.map { start in
      [
        NumberText.grouped(start.step), start.ranks.map { "\($0)" } ?? "–",
        start.time?.replacing("T", with: " ").replacing("Z", with: "") ?? "–",
      ]
    }
    guard !rows.isEmpty else { return .empty }
    return DataTable(
      "Where the run was resumed", headers: ["From step", "Ranks", "Time, UTC"], rows: rows
    ).markup
  }

  /// Samples a second between logged steps.
  private var throughput: CurveChart {
    let rows = history.steps.rows
    let points = zip(rows, rows.dropFirst()).compactMap {
      before, after -> (x: Double, y: Double)? in
      guard let start = before.values["seconds"], let end = after.values["seconds"], end > start
      else { return nil }
      let samples = Double(after.step - before.step) * Double(configuration.run.training.batch)
      return (Double(after.step), samples / (end - start))
    }
    return CurveChart(
      "Throughput", unit: "samples a second, validations and checkpoints included",
      xLabel: "step", [CurveChart.Curve("samples a second", points, color: 0)])
  }
}
