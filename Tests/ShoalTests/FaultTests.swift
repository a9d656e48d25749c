import Foundation
import TestSupport
import Testing

/// Runs that are stopped, killed or damaged, and what becomes of them.
@Suite(.serialized) struct FaultTests {
  /// A run of a few seconds, long enough to be hit in the middle.
  private static let long = [
    "train", "small.yaml", "training.epochs=600", "training.steps=1200", "--run-dir", "long",
  ]

  /// Waits until the long run has logged 200 steps.
  private func awaitLines(_ small: SmallRun) {
    for _ in 0..<3000 {
      if let lines = try? small.log("long"), lines.count > 40 { return }
      usleep(5000)
    }
  }

  @Test func aKilledRunEndsAsTheWholeOne() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let process = try ProgramRun.process("shoal", Self.long, ranks: 2, in: folder)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      awaitLines(small)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      #expect(!small.exists("long/summary.json"))
      let resumed = try ProgramRun("shoal", Self.long + ["--quiet"], ranks: 3, in: folder)
      #expect(resumed.status == 0, "\(resumed.output)")
      let whole = Self.long.dropLast() + ["whole", "--quiet"]
      let undisturbed = try ProgramRun("shoal", Array(whole), in: folder)
      #expect(undisturbed.status == 0, "\(undisturbed.output)")
      #expect(try small.digest("long") == small.digest("whole"))
      #expect(try small.log("long") == small.log("whole"))
    }
  }

  @Test func aSignalSavesAndExitsWith75() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let process = try ProgramRun.process("shoal", Self.long, ranks: nil, in: folder)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      awaitLines(small)
      process.terminate()
      process.waitUntilExit()
      #expect(process.terminationStatus == 75)
      let resumed = try ProgramRun("shoal", Self.long, ranks: 2, in: folder)
      #expect(resumed.output.contains("resuming from"), "\(resumed.output)")
      #expect(resumed.status == 0)
    }
  }

  @Test func aRunWhoseCheckpointsAreAllDamagedIsNotBegunAnew() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("train", "small.yaml", "training.steps=20", "--quiet")
      let checkpoints = try FileManager.default.contentsOfDirectory(
        atPath: "\(folder)/runs/small/checkpoints"
      ).filter { $0.hasSuffix(".h5") }
      for name in checkpoints {
        let path = "runs/small/checkpoints/\(name)"
        try small.write(small.contents(of: path).prefix(3000), to: path)
      }
      let run = try small.shoal("train", "small.yaml", ranks: 2)
      #expect(run.status == 65)
      #expect(
        run.messages.count == 1 && run.output.contains("no valid checkpoint"), "\(run.output)")
      #expect(try small.contents(of: "runs/small/checkpoints/\(checkpoints[0])").count == 3000)
    }
  }

  @Test func numbersThatDivergeAreNamedWithTheLastCheckpoint() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let run = try small.shoal(
        "train", "small.yaml", "training.learning_rate=1e30", "training.gradient_clip=null",
        "training.learning_rate_schedule.warm_up_epochs=2", ranks: 2)
      #expect(run.status == 70, "\(run.output)")
      #expect(run.messages.count == 1)
      #expect(run.output.contains("is not finite in step"), "\(run.output)")
      #expect(run.output.contains("checkpoint"), "\(run.output)")
    }
  }

  @Test func fewerStepsThanWereMadeAreRefused() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("train", "small.yaml", "training.steps=20", "--quiet")
      let before = try small.contents(of: "runs/small/config.yaml")
      let run = try small.shoal("train", "small.yaml", "training.steps=10")
      #expect(run.status == 78)
      #expect(run.output.contains("at least the 20 steps"), "\(run.output)")
      #expect(try small.contents(of: "runs/small/config.yaml") == before)
    }
  }

  @Test func aRunFromAnothersCheckpointHasItsOwn() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("train", "small.yaml", "--quiet")
      let branch = try small.shoal(
        "train", "small.yaml", "--resume", "runs/small/checkpoints/step-00000048.h5", "--run-dir",
        "k", ranks: 2)
      #expect(branch.status == 0, "\(branch.output)")
      #expect(small.exists("k/checkpoints/step-00000048.h5"))
      #expect(try small.digest("k") == small.digest("runs/small"))
    }
  }
}
