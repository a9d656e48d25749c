import Foundation
import TestSupport
import Testing

/// A run's folder, of which one launch at a time is the owner.
@Suite struct OwnerTests {
  /// A run that does not end by itself.
  private static let words = [
    "train", "small.yaml", "training.epochs=1000000", "training.steps=4000000000",
    "training.log_every=7", "training.validate_every=1000000", "checkpoints.interval=1000000",
    "--quiet", "--run-dir", "run",
  ]

  private func start(_ small: SmallRun, ranks: Int?) throws -> Process {
    let process = try ProgramRun.process("shoal", Self.words, ranks: ranks, in: small.folder)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    try small.wait(for: 3, of: "run", by: process)
    return process
  }

  @Test(arguments: [nil, 2])
  func theSecondOfTwoLaunchesNamesTheFirstAndEndsWith73(_ ranks: Int?) throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let first = try start(small, ranks: ranks)
      let second = try ProgramRun("shoal", Self.words, ranks: ranks, in: folder)
      #expect(second.status == 73)
      #expect(second.messages.count == 1, "\(second.output)")
      let holders = ranks == nil ? [first.processIdentifier] : ProgramRun.ranks(of: first)
      #expect(
        holders.contains { second.output.contains("shoal: run: process \($0) on ") },
        "\(second.output)")
      #expect(second.output.contains(" trains here since 20"))
      // Whoever reads only is not kept out.
      #expect(try small.shoal("report", "run").status == 0)
      #expect(try small.shoal("watch", "run", "--once").status == 0)
      kill(holders[0], SIGTERM)
      first.waitUntilExit()
      #expect(first.terminationStatus == 75)
      for command in ["evaluate", "inspect"] {
        #expect(try small.shoal(command, "run").status == 0)
      }
      #expect(!small.exists("run/lock"))
    }
  }

  @Test func twoLaunchesAtOnceAreOneRun() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let words = ["train", "small.yaml", "training.steps=700", "training.epochs=100", "--quiet"]
      let launches = try (0..<4).map { _ in
        try ProgramRun.process("shoal", words + ["--run-dir", "run"], ranks: nil, in: folder)
      }
      for launch in launches {
        launch.standardOutput = FileHandle.nullDevice
        launch.standardError = FileHandle.nullDevice
        try launch.run()
      }
      for launch in launches {
        launch.waitUntilExit()
        // One that comes when another is at the end finds the run finished.
        #expect([0, 73].contains(launch.terminationStatus))
      }
      #expect(launches.contains { $0.terminationStatus == 0 })
      let alone = try ProgramRun("shoal", words + ["--run-dir", "alone"], in: folder)
      #expect(alone.status == 0)
      #expect(try small.log("run") == small.log("alone"))
      #expect(try small.digest("run") == small.digest("alone"))
    }
  }

  @Test func aRunWhoseLaunchWasKilledGoesOnAtOnce() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let first = try start(small, ranks: nil)
      kill(first.processIdentifier, SIGKILL)
      first.waitUntilExit()
      #expect(small.exists("run/lock/1"))
      let second = try small.shoal(
        "train", "small.yaml", "training.epochs=1000000", "training.steps=30", "--quiet",
        "--run-dir", "run")
      #expect(second.status == 0, "\(second.output)")
      #expect(!small.exists("run/lock"))
    }
  }

  @Test func aFolderWithOtherThingsIsNotFilled() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      try FileManager.default.createDirectory(
        atPath: "\(folder)/thesis", withIntermediateDirectories: false)
      try small.write("precious", to: "thesis/chapter.tex")
      for words in [["train"], ["sweep", "sweep.seeds=2"]] {
        let run = try ProgramRun(
          "shoal", [words[0], "small.yaml"] + words.dropFirst() + ["--run-dir", "thesis"],
          in: folder)
        #expect(run.status == 73)
        #expect(
          run.messages == [
            "shoal: thesis holds no run, but chapter.tex: choose another --run-dir, or an empty folder"
          ])
      }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/thesis") == ["chapter.tex"])
      // Another program's checkpoints make no run of it.
      try FileManager.default.createDirectory(
        atPath: "\(folder)/thesis/checkpoints", withIntermediateDirectories: false)
      try small.write("weights", to: "thesis/checkpoints/model.h5")
      #expect(try small.shoal("train", "small.yaml", "--run-dir", "thesis").status == 73)
      // What a failed start made is gone again.
      let failed = try small.shoal(
        "train", "small.yaml", "data.name=mnist", "data.path=nowhere", "--run-dir", "deep/run")
      #expect(failed.status == 66)
      #expect(!small.exists("deep"))
    }
  }

  @Test func aConfigurationMayComeThroughAPipe() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let shoal = try ProgramRun.path(of: "shoal")
      let steps = "training.steps=5 --quiet"
      let shell = { (line: String) in
        try ProgramRun(launcher: "bash", ["-c", line], shoal, [], in: folder)
      }
      let piped = try shell("\"$0\" train <(cat small.yaml) \(steps) --run-dir a")
      #expect(piped.status == 0, "\(piped.output)")
      let input = try shell("cat small.yaml | \"$0\" train /dev/stdin \(steps)")
      #expect(input.status == 0 && small.exists("runs/piped/summary.json"), "\(input.output)")
      let ranks = try shell(
        "cat small.yaml | mpirun --oversubscribe -n 2 \"$0\" train /dev/stdin \(steps) --run-dir b")
      #expect(ranks.status == 0, "\(ranks.output)")
      #expect(try small.digest("a") == small.digest("b"))
      #expect(try small.digest("a") == small.digest("runs/piped"))
      let job = try shell("\"$0\" submit <(cat small.yaml) --time 5 --dry-run")
      #expect(job.status == 64 && job.output.contains("a pipe is gone when the job reads it"))
      let lost = try shell(
        "mpirun --oversubscribe -n 2 \"$0\" train <(cat small.yaml) \(steps) --run-dir c")
      #expect(lost.status == 66 && lost.output.contains("mpirun and srun pass no pipe on"))
      #expect(!small.exists("c"))
    }
  }

  @Test(arguments: [
    ("/dev/zero", "is a device"), ("/dev/null", "is a device"), (".", "is a folder"),
    ("pipe", "is a pipe that nobody writes to"), ("/dev/fd/99", "there is no such configuration"),
  ])
  func whatIsNoConfigurationFileEndsAtOnce(_ path: String, _ reason: String) throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
      let run = try small.shoal("train", path)
      #expect(run.status == 66)
      #expect(run.messages.count == 1 && run.messages[0].hasPrefix("shoal: \(path): \(reason)"))
    }
  }

  @Test func aPathThatAShellWouldExpandIsRefused() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      for words in [
        ["--run-dir", "~/run"], ["--run-dir=$HOME/run"], ["--data-dir", "~"], ["--resume=~/x.h5"],
      ] {
        let run = try ProgramRun("shoal", ["train", "small.yaml"] + words, in: folder)
        #expect(run.status == 64 && run.output.contains("~ and $NAME are not expanded"))
      }
      let run = try small.shoal("train", "small.yaml", environment: ["SHOAL_DATA": "~/data"])
      #expect(run.status == 64 && run.output.contains("SHOAL_DATA: found '~/data'"))
      #expect(!small.exists("~") && !small.exists("$HOME") && !small.exists("runs"))
    }
  }
}
