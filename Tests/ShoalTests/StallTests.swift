import Foundation
import TestSupport
import Testing

/// Ranks that stand still, and launches that cannot be meant.
@Suite(.serialized) struct StallTests {
  /// In a step, and within the writing of checkpoints that follow one another.
  @Test(arguments: ["100000000", "1"])
  func aStoppedRankIsNamedAndEndsTheJob(interval: String) throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let words = [
        "train", "small.yaml", "training.epochs=100000", "training.steps=null", "--run-dir", "r",
        "--stall-timeout", "3s", "training.validate_every=100000",
        "checkpoints.interval=\(interval)",
      ]
      let process = try ProgramRun.process("shoal", words, ranks: 3, in: folder)
      let pipe = Pipe()
      process.standardOutput = FileHandle.nullDevice
      process.standardError = pipe
      try process.run()
      try small.wait(for: 10, of: "r", by: process)
      let ranks = ProgramRun.ranks(of: process)
      try #require(ranks.count == 3)
      kill(ranks[1], SIGSTOP)
      let output = String(
        decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 76)
      for rank in [0, 2] {
        let lines = output.split(separator: "\n").filter { $0.hasPrefix("shoal: rank \(rank): ") }
        let text = lines.joined(separator: " ")
        #expect(text.contains("no progress for 3 s") && text.contains("step "), "\(output)")
        #expect(text.contains("nothing is heard from rank 1"), "\(output)")
      }
    }
  }

  @Test func processesThatMPIKnowsNothingOfAreRefusedOnce() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let launches: [[String: String]] = [
        ["SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "%"],
        ["OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "%"],
      ]
      for launch in launches {
        let runs = try ["0", "1"].map { number in
          try small.shoal(
            "train", "small.yaml", environment: launch.mapValues { $0 == "%" ? number : $0 })
        }
        #expect(runs.map(\.status) == [78, 78])
        #expect(runs.map(\.messages.count) == [1, 0], "\(runs.map(\.output))")
        #expect(!small.exists("runs"))
      }
    }
  }

  @Test func ranksOfDifferentSettingsAreRefused() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let shoal = try ProgramRun.path(of: "shoal")
      let run = try small.shoal(
        "train", "small.yaml", ":", "-n", "1", shoal, "train", "small.yaml", "seed=3", ranks: 1)
      #expect(run.status == 78)
      #expect(
        run.messages == [
          "shoal: rank 0 has the setting seed 0 but rank 1 has seed 3: give every rank the same command line"
        ], "\(run.output)")
      #expect(!small.exists("runs"))
    }
  }

  @Test func aTimeLimitSavesAndExitsWith75() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let words = ["train", "small.yaml", "training.epochs=600", "training.steps=1000000"]
      // The limit counts from the start of the ranks; what else a launch takes differs by machine.
      var start = ContinuousClock.now
      let short = try small.shoal(
        "train", "small.yaml", "training.steps=1", "--quiet", "--run-dir", "short", ranks: 2)
      #expect(short.status == 0, "\(short.output)")
      let launch = ContinuousClock.now - start
      start = .now
      let run = try ProgramRun(
        "shoal", words + ["--quiet", "--time-limit", "10s"], ranks: 2, in: folder)
      #expect(run.status == 75, "\(run.output)")
      #expect(run.output.contains("stopped by its time limit at step"), "\(run.output)")
      #expect(.now - start < .seconds(10) + launch)
      let wrong = try small.shoal("train", "small.yaml", "--time-limit", "soon")
      #expect(wrong.status == 64 && wrong.messages.count == 1, "\(wrong.output)")
      let ended = try small.shoal(
        "train", "small.yaml", "training.epochs=600", "training.steps=1000000", "--quiet",
        environment: ["SLURM_JOB_END_TIME": "\(Int(Date.now.timeIntervalSince1970) + 6)"])
      #expect(ended.status == 75, "\(ended.output)")
    }
  }
}
