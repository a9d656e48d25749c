import Foundation
import TestSupport
import Testing

/// Runs of the program as its users start it.
@Suite(.serialized) struct TrainTests {
  @Test func oneDigestOnOneToFourRanks() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      var digests: [String] = []
      var logs: [[String]] = []
      for ranks in 1...4 {
        let run = try small.shoal(
          "train", "small.yaml", "--run-dir", "on-\(ranks)", "--quiet", ranks: ranks)
        #expect(run.status == 0, "\(run.output)")
        digests.append(try small.digest("on-\(ranks)"))
        logs.append(try small.log("on-\(ranks)"))
      }
      #expect(digests[0].count == 64)
      #expect(Set(digests).count == 1)
      #expect(Set(logs).count == 1)
      #expect(logs[0].count == 10 + 3)
    }
  }

  @Test func stoppedOnTwoRanksAndResumedOnThreeIsTheSameRun() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("train", "small.yaml", "--run-dir", "whole", "--quiet")
      let first = try small.shoal(
        "train", "small.yaml", "training.steps=25", "--run-dir", "parts", "--quiet", ranks: 2)
      #expect(first.status == 0, "\(first.output)")
      #expect(try small.digest("parts") != small.digest("whole"))
      let second = try small.shoal("train", "small.yaml", "--run-dir", "parts", ranks: 3)
      #expect(second.status == 0, "\(second.output)")
      #expect(second.output.contains("resuming from parts/checkpoints/step-00000025.h5 at step 25"))
      #expect(try small.digest("parts") == small.digest("whole"))
      // The first part ended with a validation that the whole run does not have.
      let extra = try small.log("parts").filter { !$0.contains(#""validation","step":25,"#) }
      #expect(try extra == small.log("whole"))
      try expectStarts(small, "parts")
    }
  }

  /// Steps 0 to 25 on two ranks and the rest on three are in the log, and the second start is on the page.
  private func expectStarts(_ small: SmallRun, _ run: String) throws {
    let log = String(decoding: try small.contents(of: "\(run)/metrics.jsonl"), as: UTF8.self)
    let starts = try log.split(separator: "\n").filter { $0.contains(#""kind":"start""#) }
      .map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:] }
    let names = ["step", "total_steps", "steps_per_epoch", "ranks"]
    #expect(
      starts.map { start in names.map { start[$0] as? Int } } == [[0, 25, 8, 2], [25, 50, 8, 3]])
    let time = try #require(starts.last?["time"] as? String)
    let page = String(decoding: try small.contents(of: "\(run)/report.html"), as: UTF8.self)
    #expect(page.contains("<dt>Resumed</dt><dd>once</dd>"))
    let shown = time.replacing("T", with: " ").replacing("Z", with: "")
    #expect(page.contains("<th scope=\"row\">25</th><td>3</td><td>\(shown)</td>"))
  }

  @Test func aRunLeavesEveryFileAndEvaluatesAgain() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let run = try small.shoal("train", "small.yaml", ranks: 2)
      #expect(run.status == 0, "\(run.output)")
      for path in [
        "config.yaml", "metrics.jsonl", "summary.json", "figures/dictionary.png",
        "figures/reconstructions.png", "figures/samples.png", "checkpoints/step-00000050.h5",
      ] {
        #expect(small.exists("runs/small/\(path)"), "\(path)")
      }
      let evaluation = try small.shoal("evaluate", "runs/small", "--json", "again.json")
      #expect(evaluation.status == 0, "\(evaluation.output)")
      let summary = try json(small.contents(of: "runs/small/summary.json"))
      let again = try json(small.contents(of: "again.json"))
      for (name, value) in again { #expect(value == summary[name], "\(name)") }
      #expect(again["nelbo"] != nil && again["mse_map"] != nil)

      let repeated = try small.shoal("train", "runs/small/config.yaml", "--run-dir", "other")
      #expect(repeated.status == 0, "\(repeated.output)")
      #expect(try small.digest("other") == small.digest("runs/small"))
    }
  }

  @Test func aFinishedRunIsNotTrainedAgain() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("train", "small.yaml", "--quiet")
      let checkpoint = try small.contents(of: "runs/small/checkpoints/step-00000050.h5")
      let log = try small.contents(of: "runs/small/metrics.jsonl")
      let summary = try small.contents(of: "runs/small/summary.json")
      let again = try small.shoal("train", "small.yaml")
      #expect(again.status == 0, "\(again.output)")
      #expect(try small.contents(of: "runs/small/checkpoints/step-00000050.h5") == checkpoint)
      #expect(try small.contents(of: "runs/small/metrics.jsonl") == log)
      #expect(try small.contents(of: "runs/small/summary.json") == summary)
    }
  }

  @Test func aDamagedCheckpointFallsBackToTheOneBefore() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("train", "small.yaml", "training.steps=40", "--quiet")
      let newest = "runs/small/checkpoints/step-00000040.h5"
      var bytes = try small.contents(of: newest)
      bytes[bytes.count / 2] ^= 0x10
      try small.write(bytes, to: newest)
      let resumed = try small.shoal("train", "small.yaml", ranks: 2)
      #expect(resumed.status == 0, "\(resumed.output)")
      #expect(resumed.output.contains("warning: passed over"))
      #expect(resumed.output.contains("step-00000040.h5"))
      #expect(resumed.output.contains("step-00000030.h5 at step 30"))
      _ = try small.shoal("train", "small.yaml", "--run-dir", "whole", "--quiet")
      #expect(try small.digest("runs/small") == small.digest("whole"))
    }
  }

  @Test func aDryRunWritesNothing() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let run = try small.shoal("train", "small.yaml", "--dry-run", ranks: 2)
      #expect(run.status == 0, "\(run.output)")
      // 5 images of 7 × 12 tiles, 4 of them for training; 2·32·256 + 32 parameters.
      #expect(run.output.contains("# training         336 samples of 16 x 16 pixels"))
      #expect(run.output.contains("# parameters       16416"))
      #expect(run.output.contains("# steps            50, 8 an epoch"))
      #expect(run.output.contains("latents: 32"))
      #expect(!small.exists("runs"))
    }
  }

  private func json(_ data: Data) throws -> [String: Double] {
    let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    return (object ?? [:]).compactMapValues { ($0 as? NSNumber)?.doubleValue }
  }
}
