import Foundation
import Reporting
import TestSupport
import Testing

@testable import Experiments

@Suite struct SweepPageTests {
  @Test func failedTrialsAppearWithTheirErrors() {
    var sweep = MadeUpSweep()
    sweep.trials = [
      MadeUpSweep.trial(0, ["training.beta": "1"], objective: 3),
      MadeUpSweep.trial(1, ["training.beta": "9"], .failed, error: "loss <inf> & gone", retries: 2),
    ]
    let html = page(sweep)
    #expect(
      html.contains(
        "<td>100</td><td>2</td><td>loss &lt;inf&gt; &amp; gone</td><td>training.beta 9</td>"))
    #expect(html.contains("<dt>Failed</dt><dd>1</dd>"))
  }

  @Test func textsOfTheSweepCannotBecomeTags() {
    var sweep = MadeUpSweep()
    sweep.name = "<script>alert(1)</script>"
    sweep.objective = "<i>nelbo"
    sweep.axes = ["<u>axis"]
    sweep.trials = [
      MadeUpSweep.trial(0, ["<u>axis": "<b>\"'"], .failed, objective: 1, error: "<a>")
    ]
    let html = page(sweep)
    for tag in ["<script>alert", "<i>", "<u>", "<b>", "<a>"] { #expect(!html.contains(tag)) }
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
  }

  @Test func anEmptySweepSaysSo() {
    let html = page(MadeUpSweep())
    #expect(html.contains("No trial has been decided on yet. Of nelbo, less is better."))
    #expect(html.contains("There are no trials yet."))
    #expect(!html.contains("<svg"))
  }

  @Test func aSweepWithFailuresOnlyShowsThem() {
    var sweep = MadeUpSweep()
    sweep.trials = (0..<3).map {
      MadeUpSweep.trial($0, ["training.beta": "\($0)"], .failed, error: "no memory \($0)")
    }
    let html = page(sweep)
    #expect(html.contains("No trial has finished with a result."))
    #expect(html.contains("no memory 2"))
    #expect(!html.contains("Best trial"))
  }

  @Test(arguments: [(SweepDirection.minimize, 1, "less"), (.maximize, 2, "more")])
  func theBestTrialIsTheLeastOrTheMost(
    _ direction: SweepDirection, _ best: Int, _ word: String
  ) {
    var sweep = MadeUpSweep()
    sweep.direction = direction
    sweep.trials = [
      MadeUpSweep.trial(0, ["training.beta": "1"], objective: .nan),
      MadeUpSweep.trial(1, ["training.beta": "2"], objective: 1),
      MadeUpSweep.trial(2, ["training.beta": "3"], objective: 3),
      MadeUpSweep.trial(
        3, ["training.beta": "4"], .stopped, objective: direction == .minimize ? 0 : 9),
    ]
    let html = page(sweep)
    #expect(html.contains("<dt>Best trial</dt><dd>\(best)</dd>"))
    #expect(html.contains("Of nelbo, \(word) is better."))
    #expect(html.contains("trial \(best), best: training.beta"))
  }

  @Test func theFrontsTrialsAreListedByAscendingRate() throws {
    var sweep = MadeUpSweep()
    sweep.trials = [(30.0, 100.0), (10, 200), (20, 150), (25, 160)].enumerated().map {
      MadeUpSweep.trial(
        $0, ["training.beta": "\($0)"], objective: 1, metrics: [("kl", $1.0), ("mse", $1.1)])
    }
    let html = page(sweep)
    let table = try #require(html.components(separatedBy: "The Pareto front").last)
    let rows = table.components(separatedBy: "</table>")[0].components(
      separatedBy: "scope=\"row\">")
    #expect(rows.dropFirst().map { $0.prefix(1) } == ["1", "2", "0"])
  }

  @Test func meansOverSeedsAreShownWhereThereAreSeveral() {
    var sweep = MadeUpSweep()
    sweep.axes = ["training.beta", "seed"]
    sweep.trials = (0..<3).map {
      MadeUpSweep.trial(
        $0, ["training.beta": "1", "seed": "\($0)"], objective: 41 + Double($0))
    }
    #expect(page(sweep).contains("<td>42.00 ± 4.68</td>"))
    #expect(!page(MadeUpSweep.large()).contains("Means over seeds"))
  }

  @Test func theBestRunsShowTheirPicturesAndLeadToTheirPages() throws {
    try withTemporaryFolder { folder in
      let sweep = try withPictures(MadeUpSweep.large(folder: folder), bytes: 2000)
      let html = SweepPage.html(sweep.results, folder: folder)
      let best = try #require(sweep.results.ranked.first).number
      #expect(html.components(separatedBy: "src=\"data:image/png").count == 7)
      #expect(html.contains("href=\"trials/\(best)/report.html\""))
      for start in ["src=\"", "href=\""] {
        for rest in html.components(separatedBy: start).dropFirst() {
          let isOwn = ["data:", "#", "trials/", "${image.src}"].contains { rest.hasPrefix($0) }
          #expect(isOwn, "\(rest.prefix(40))")
        }
      }
    }
  }

  @Test func aLargeSweepWithLargePicturesStaysBelowThreeMegabytes() throws {
    try withTemporaryFolder { folder in
      let sweep = try withPictures(MadeUpSweep.large(2000, folder: folder), bytes: 190_000)
      let html = SweepPage.html(sweep.results, folder: folder)
      #expect(html.components(separatedBy: "src=\"data:image/png").count == 7)
      #expect(html.utf8.count < 3_000_000)
      #expect(html.contains("Charts show the best 333 of 2,000 trials."))
    }
  }

  @Test func aPictureThatIsTooLargeIsAFileOfItsOwn() throws {
    try withTemporaryFolder { folder in
      let sweep = try withPictures(MadeUpSweep.large(folder: folder), bytes: 400_000)
      let html = SweepPage.html(sweep.results, folder: folder)
      #expect(!html.contains("src=\"data:image/png"))
      let best = try #require(sweep.results.ranked.first).number
      #expect(html.contains("href=\"trials/\(best)/figures/dictionary.png\""))
    }
  }

  @Test func picturesThatAreTooLargeTogetherBeginWithTheBest() throws {
    try withTemporaryFolder { folder in
      let sweep = try withPictures(MadeUpSweep.large(folder: folder), bytes: 280_000)
      let html = SweepPage.html(sweep.results, folder: folder)
      #expect(html.components(separatedBy: "src=\"data:image/png").count == 5)
      #expect(html.components(separatedBy: ": a file of its own").count == 3)
    }
  }

  @Test func linksLeadFromThePageToTheFile() {
    #expect(
      RelativePath.link(to: "/a/s/trials/1/report.html", from: "/a/s") == "trials/1/report.html")
    #expect(RelativePath.link(to: "/a/other/x", from: "/a/s/") == "../other/x")
    #expect(
      RelativePath.link(to: "/a/s/b:1/ü &?#.html", from: "/a/s") == "b%3A1/%C3%BC%20&%3F%23.html")
  }

  private func page(_ sweep: MadeUpSweep) -> String {
    SweepPage.html(sweep.results, folder: "/nowhere")
  }

  /// Gives each trial files as runs leave them, the pictures of about so many bytes.
  private func withPictures(_ sweep: MadeUpSweep, bytes: Int) throws -> MadeUpSweep {
    // What follows the end of a PNG is no part of it.
    var png = Data(try GrayImage(width: 8, height: 8, level: 99).pngBytes())
    png.append(Data(count: max(0, bytes - png.count)))
    for trial in sweep.results.ranked.prefix(5) {
      let run = RunFolder(trial.folder)
      try FileManager.default.createDirectory(
        atPath: run.figures, withIntermediateDirectories: true)
      try png.write(to: URL(fileURLWithPath: run.figure("dictionary.png")))
      try png.write(to: URL(fileURLWithPath: run.figure("reconstructions.png")))
      try Data().write(to: URL(fileURLWithPath: run.report))
    }
    return sweep
  }
}
