import Foundation
import TestSupport
import Testing

/// The pages that runs leave, and what sets runs side by side.
@Suite(.serialized) struct ReportTests {
  @Test func theQuickstartLeavesItsPageAndComparesWithOtherSeeds() throws {
    try withTemporaryFolder { folder in
      for seed in 0...1 {
        let run = try quickstart(in: folder, seed: seed, ranks: seed == 0 ? 2 : nil)
        #expect(run.status == 0, "\(run.output)")
      }
      let summary = try object("\(folder)/seed-0/summary.json")
      let nelbo = try #require(summary["nelbo"] as? Double)
      let page = try String(contentsOfFile: "\(folder)/seed-0/report.html", encoding: .utf8)
      #expect(page.utf8.count < 3_000_000)
      #expect(page.contains("<dd>\(String(format: "%.2f", nelbo))</dd>"))
      #expect(page.components(separatedBy: "aria-label=\"element ").count == 513)
      #expect(page.contains(" of 512 latents ("))
      #expect(page.contains("finished: step "))
      #expect(page.components(separatedBy: "above its reconstruction").count == 33)

      let other = try object("\(folder)/seed-1/summary.json")
      let second = try #require(other["nelbo"] as? Double)
      let comparison = try ProgramRun(
        "shoal",
        [
          "compare", "seed-0", "seed-1", "--out", "c.html", "--json", "c.json", "--csv", "c.csv",
          "--latex", "c.tex",
        ], ranks: 2, in: folder)
      #expect(comparison.status == 0, "\(comparison.output)")
      // Two seeds: 63.657 · (|a − b|/2)/√2.
      let mean = String(format: "%.2f", (nelbo + second) / 2)
      let interval = String(format: "%.2f", 63.6567 * abs(nelbo - second) / 2 / 2.0.squareRoot())
      #expect(comparison.output.contains("\(mean) ± \(interval)"))
      for file in ["c.html", "c.json", "c.csv"] {
        let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
        #expect(text.contains("seed-0 and 1 more"), "\(file)")
      }
      let latex = try String(contentsOfFile: "\(folder)/c.tex", encoding: .utf8)
      #expect(latex.contains("poisson & exact & "))
    }
  }

  @Test func theReportOfARunIsMadeAgainAndWithoutDataSaysWhatIsMissing() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      #expect(try small.shoal("train", "small.yaml", "--quiet").status == 0)
      let first = try small.contents(of: "runs/small/report.html")
      try FileManager.default.removeItem(atPath: "\(folder)/runs/small/report.html")
      let again = try small.shoal("report", "runs/small", ranks: 2)
      #expect(
        again.status == 0 && again.output.contains("runs/small/report.html"), "\(again.output)")
      #expect(try small.contents(of: "runs/small/report.html") == first)

      try FileManager.default.removeItem(atPath: "\(folder)/runs/small/checkpoints")
      #expect(try small.shoal("report", "runs/small").status == 0)
      let page = String(decoding: try small.contents(of: "runs/small/report.html"), as: UTF8.self)
      #expect(page.contains("there is no model to ask"))
      #expect(page.contains("data-name=\"NELBO\""))
    }
  }

  @Test func foldersWithoutARunAreRefused() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let report = try small.shoal("report", "nowhere", ranks: 2)
      #expect(report.status == 66)
      #expect(report.messages.count == 1 && report.output.contains("nowhere/config.yaml"))
      let comparison = try small.shoal("compare", "nowhere", "elsewhere")
      #expect(comparison.status == 66)
      #expect(comparison.output.contains("nowhere/config.yaml"))
      #expect(try small.shoal("compare", "nowhere").status == 64)
      #expect(try small.shoal("compare", "nowhere", "./nowhere").status == 64)
    }
  }

  private func quickstart(in folder: String, seed: Int, ranks: Int?) throws -> ProgramRun {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../configs/quickstart.yaml").standardizedFileURL.path
    return try ProgramRun(
      "shoal",
      [
        "train", file, "seed=\(seed)", "data.dead_leaves.images=5", "training.epochs=3",
        "training.batch=200", "training.validate_every=1", "--run-dir", "seed-\(seed)", "--quiet",
      ], ranks: ranks, in: folder)
  }

  private func object(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }
}
