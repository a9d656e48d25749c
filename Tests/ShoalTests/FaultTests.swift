import Foundation
import TestSupport
import Testing

/// Runs that are stopped, killed or damaged, and what becomes of them.
@Suite(.serialized) struct FaultTests {
  /// A run of a few seconds, long enough to be hit in the middle, after forty lines of its log.
  private static let long = [
    "train", "small.yaml", "training.epochs=600", "training.steps=1200", "--run-dir", "long",
  ]

  @Test func aKilledRunEndsAsTheWholeOne() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let process = try ProgramRun.process("shoal", Self.long, ranks: 2, in: folder)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      try small.wait(for: 40, of: "long", by: process)
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
      try small.wait(for: 40, of: "long", by: process)
      process.terminate()
      process.waitUntilExit()
      #expect(process.terminationStatus == 75)
      let resumed = try ProgramRun("shoal", Self.long, ranks: 2, in: folder)
      #expect(resumed.output.contains("resuming from"), "\(resumed.output)")
      #expect(resumed.status == 0)
    }
  }

  @Test(arguments: [SIGUSR1, SIGUSR2, SIGTERM, SIGINT])
  func aSignalToOneRankStopsAllAtOneStep(number: Int32) throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let words = [
        "train", "small.yaml", "training.epochs=100000", "training.steps=null", "--run-dir", "long",
      ]
      let process = try ProgramRun.process("shoal", words, ranks: 3, in: folder)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      try small.wait(for: 40, of: "long", by: process)
      let ranks = ProgramRun.ranks(of: process)
      try #require(ranks.count == 3)
      kill(ranks[2], number)
      process.waitUntilExit()
      #expect(process.terminationStatus == 75)
      let inspected = try small.shoal("inspect", "long").output
      let words1 = inspected.split(separator: "\n").first { $0.hasPrefix("step ") }?
        .split { !$0.isNumber }
      let step = try #require(words1?.first.flatMap { Int($0) })
      let resumed = try ProgramRun(
        "shoal", words.map { $0.hasPrefix("training.steps") ? "training.steps=\(step + 20)" : $0 },
        ranks: 2, in: folder)
      #expect(resumed.status == 0, "\(resumed.output)")
      #expect(resumed.output.contains("at step \(step)\n"), "\(resumed.output)")
    }
  }

  /// In the middle of a preparation, which takes a minute or more, and loses nothing.
  @Test func aSignalBeforeTheTrainingEndsAtOnce() throws {
    try withTemporaryFolder { folder in
      _ = try SmallRun(folder)
      let words = [
        "train", "small.yaml", "data.dead_leaves.images=4000", "data.dead_leaves.width=2048",
      ]
      let process = try ProgramRun.process("shoal", words, ranks: nil, in: folder)
      let pipe = Pipe()
      process.standardOutput = FileHandle.nullDevice
      process.standardError = pipe
      try process.run()
      let prepared = { try? Self.onlyFile(in: "\(folder)/runs/prepared") }
      try process.wait(for: "the preparation") { prepared() != nil }
      kill(process.processIdentifier, SIGTERM)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == 75)
      let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(
        text == "shoal: stopped by a signal before it trained; the same command begins again\n")
      #expect(prepared()?.name.hasSuffix(".part") == true)
    }
  }

  /// The fits of 512 elements take many seconds.
  @Test func aSignalAfterTheLastStepCostsOnlyTheFits() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let words = ["train", "small.yaml", "model.latents=512"]
      let process = try ProgramRun.process("shoal", words, ranks: 2, in: folder)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      try process.wait(for: "the page") { small.exists("runs/small/report.html") }
      let summary = "runs/small/summary.json"
      try process.wait(for: "the summary") { small.exists(summary) }
      for rank in ProgramRun.ranks(of: process) { kill(rank, SIGTERM) }
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      let page = String(decoding: try small.contents(of: "runs/small/report.html"), as: UTF8.self)
      #expect(page.contains("finished") && !page.contains("described by a Gabor function"))
    }
  }

  @Test func outputThatNobodyTakesEndsNoTraining() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let shoal = try ProgramRun.path(of: "shoal")
      for (target, words, status) in [
        ("/dev/full", ["train", "small.yaml"], 0), ("/dev/full", ["inspect", "runs/small"], 74),
        ("&-", ["train", "small.yaml", "--run-dir", "closed"], 0),
      ] {
        let run = try ProgramRun(
          launcher: "sh", ["-c", "exec \"$@\" >\(target)", "sh"], shoal, words, in: folder)
        #expect(run.status == Int32(status), "\(run.output)")
        let isSaid = run.output.contains("standard output cannot be written")
        #expect(isSaid == (target == "/dev/full"), "\(run.output)")
      }
      #expect(small.exists("runs/small/summary.json") && small.exists("closed/summary.json"))
    }
  }

  @Test func aRunThatDoesNotFitIntoMemoryIsRefused() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let shoal = try ProgramRun.path(of: "shoal")
      for option in [[], ["--dry-run"]] {
        let run = try ProgramRun(
          launcher: "sh", ["-c", "ulimit -v 2000000; exec \"$@\"", "sh"], shoal,
          ["train", "small.yaml", "model.latents=1000000"] + option, in: folder)
        #expect(run.status == 71, "\(run.output)")
        #expect(run.messages.count == 1, "\(run.output)")
        #expect(run.output.contains("MiB are needed"), "\(run.output)")
        #expect(run.output.contains("ulimit -v"), "\(run.output)")
        #expect(!small.exists("runs/small/config.yaml"))
      }
    }
  }

  /// Open MPI's own lock files have names of at most 255 bytes.
  @Test func longPathsAreTrainedIn() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let run = (1...3).map { String(repeating: "\($0)", count: 200) }.joined(separator: "/")
      for steps in [20, 30] {
        let trained = try small.shoal(
          "train", "small.yaml", "training.steps=\(steps)", "--run-dir", run, ranks: 2)
        #expect(trained.status == 0, "\(trained.output)")
      }
      #expect(try small.shoal("inspect", run).output.contains("step 30"))
      let long = try small.shoal(
        "train", "small.yaml", "--run-dir", String(repeating: "n", count: 300))
      #expect(long.status == 73 && long.messages.count == 1, "\(long.output)")
      #expect(long.output.contains("File name too long"), "\(long.output)")
    }
  }

  private static func onlyFile(in folder: String) throws -> (name: String, size: Int)? {
    guard let name = try FileManager.default.contentsOfDirectory(atPath: folder).first else {
      return nil
    }
    let facts = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
    return (name, facts[.size] as? Int ?? 0)
  }

  @Test func aFullDiskCostsOnlyTheCheckpointsThatDoNotFit() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let settings = [
        "train", "small.yaml", "training.epochs=4000", "training.steps=8000",
        "checkpoints.interval=200", "training.validate_every=400", "training.log_every=50",
      ]
      let whole = try ProgramRun(
        "shoal", settings + ["--run-dir", "whole", "--quiet"], in: folder)
      #expect(whole.status == 0, "\(whole.output)")
      let disk = "\(folder)/disk"
      guard SmallDisk.mount(at: disk, kilobytes: 4000) else {
        return print("skipped: no permission to mount a small disk")
      }
      defer { SmallDisk.unmount(disk) }
      let words = settings + ["--run-dir", "disk/run", "data.cache=\(folder)/prepared"]
      let process = try ProgramRun.process("shoal", words, ranks: 2, in: folder)
      try small.write("", to: "output")
      let file = try #require(FileHandle(forWritingAtPath: "\(folder)/output"))
      process.standardOutput = file
      process.standardError = FileHandle.nullDevice
      func output() throws -> String {
        String(decoding: try small.contents(of: "output"), as: UTF8.self)
      }
      try process.run()
      try process.wait(for: "a checkpoint") {
        let names = try? FileManager.default.contentsOfDirectory(atPath: "\(disk)/run/checkpoints")
        return (names ?? []).contains { $0.hasSuffix(".h5") }
      }
      try SmallDisk.fill(disk)
      try process.wait(for: "a checkpoint that does not fit") {
        try output().contains("warning: no checkpoint at step")
      }
      try FileManager.default.removeItem(atPath: "\(disk)/filler")
      process.waitUntilExit()
      let text = try output()
      #expect(process.terminationStatus == 0, "\(text)")
      #expect(try small.digest("disk/run") == small.digest("whole"))
      #expect(try small.log("disk/run") == small.log("whole"))
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
