import Foundation
import TestSupport
import Testing

/// Jobs on a Slurm of two nodes; `cluster/test --slurm` starts one and runs these.
@Suite(
  .serialized,
  .enabled(
    if: ProcessInfo.processInfo.environment["SHOAL_TEST_SLURM"] != nil,
    "needs a Slurm: cluster/test --slurm"))
struct SlurmTests {
  /// Settings of a run that takes about so long on this machine.
  ///
  /// A checkpoint at every step makes it slow without a change of its numbers.
  private func settings(_ small: SmallRun, lasting seconds: Double) throws -> [String] {
    let start = ContinuousClock.now
    let slow = ["training.epochs=10000", "checkpoints.interval=1"]
    let words = ["train", "small.yaml", "training.steps=100", "--run-dir", "speed", "--quiet"]
    _ = try ProgramRun("shoal", words + slow, ranks: 2, in: small.folder)
    let perStep = (ContinuousClock.now - start) / .seconds(1) / 100
    return slow + ["training.steps=\(max(300, Int(seconds / perStep)))"]
  }

  /// The digest and the log of the same run under `mpirun`, undisturbed.
  private func undisturbed(
    _ small: SmallRun, _ settings: [String]
  ) throws -> (digest: String, log: [String]) {
    let words = ["train", "small.yaml"] + settings + ["checkpoints.interval=100000"]
    let run = try ProgramRun(
      "shoal", words + ["--run-dir", "whole", "--quiet"], ranks: 2, in: small.folder)
    #expect(run.status == 0, "\(run.output)")
    return (try small.digest("whole"), try small.log("whole"))
  }

  /// Waits until a job has trained on.
  private func awaitProgress(_ job: SlurmJob, _ small: SmallRun, run: String = "runs/small") throws
  {
    let lines = { (try? small.log(run).count) ?? 0 }
    let before = lines()
    try job.wait(for: "progress") { lines() > before + 2 }
  }

  @Test func twoNodesGiveTheBitsOfMpirun() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let whole = try undisturbed(small, [])
      let job = try SlurmJob(small, [])
      #expect(try job.end() == "COMPLETED")
      #expect(try job.facts()["NumNodes"] == "2")
      #expect(try small.digest("runs/small") == whole.digest)
      #expect(try small.log("runs/small") == whole.log)
      let summary = String(
        decoding: try small.contents(of: "runs/small/summary.json"), as: UTF8.self)
      #expect(summary.contains("\"ranks\": 2"))
    }
  }

  /// In `abrupt` there is no time to save: Slurm itself requeues, and the newest checkpoint counts.
  @Test(arguments: [("main", 3), ("abrupt", 1)])
  func aPreemptedJobGoesOnToTheSameEnd(_ partition: String, _ times: Int) throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let settings = try settings(small, lasting: 30)
      let whole = try undisturbed(small, settings)
      let job = try SlurmJob(small, settings, partition: partition)
      for _ in 0..<times {
        try awaitProgress(job, small)
        try job.preempt()
      }
      #expect(try job.end() == "COMPLETED")
      #expect(try job.restarts == times)
      #expect(try small.digest("runs/small") == whole.digest)
      #expect(try small.log("runs/small") == whole.log)
      let output = String(
        decoding: try small.contents(of: "small-\(job.number).out"), as: UTF8.self)
      #expect(output.components(separatedBy: "resuming from").count == times + 1, "\(output)")
    }
  }

  /// A minute is the shortest limit.
  ///
  /// Slurm, which looks at its clock every half minute, tells the ranks at the first look.
  @Test func aJobCutByItsTimeLimitGoesOnToTheSameEnd() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let settings = try settings(small, lasting: 100)
      let whole = try undisturbed(small, settings)
      let job = try SlurmJob(small, settings + ["--lead", "50"], time: "1")
      #expect(try job.end(within: 900) == "COMPLETED")
      #expect(try job.restarts >= 3)
      #expect(try small.digest("runs/small") == whole.digest)
      #expect(try small.log("runs/small") == whole.log)
    }
  }

  @Test func aCancelledJobStaysCancelledAndItsRunGoesOn() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let settings = try settings(small, lasting: 20)
      let whole = try undisturbed(small, settings)
      let job = try SlurmJob(small, settings)
      try awaitProgress(job, small)
      try SlurmJob.run("scancel", job.number)
      #expect(try job.end() == "CANCELLED")
      // A requeued job would be back by now.
      sleep(8)
      #expect(try job.end() == "CANCELLED")
      #expect(try job.restarts == 0)
      #expect(!small.exists("runs/small/summary.json"))
      #expect(try SlurmJob(small, settings).end() == "COMPLETED")
      #expect(try small.digest("runs/small") == whole.digest)
      #expect(try small.log("runs/small") == whole.log)
    }
  }

  @Test func eachTaskOfAnArrayTrainsItsTrial() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let settings = try settings(small, lasting: 10)
      try small.write("# trials\nseed=1\nseed=2 model.latents=16\n", to: "trials.txt")
      let array = try SlurmJob(small, settings + ["--array", "trials.txt", "--at-once", "1"])
      let tasks = [2, 3].map { SlurmJob(number: "\(array.number)_\($0)") }
      try awaitProgress(tasks[0], small, run: "runs/small/trial-2")
      // A task that is told to save comes back like any other job.
      try SlurmJob.run("scancel", "--signal=USR1", tasks[0].number)
      for task in tasks { #expect(try task.end() == "COMPLETED") }
      #expect(try tasks.map { try $0.restarts } == [1, 0])
      for (line, words) in [(2, ["seed=1"]), (3, ["seed=2", "model.latents=16"])] {
        let run = try ProgramRun(
          "shoal", ["train", "small.yaml"] + settings + words + ["--run-dir", "alone-\(line)"],
          in: folder)
        #expect(run.status == 0, "\(run.output)")
        #expect(try small.digest("runs/small/trial-\(line)") == small.digest("alone-\(line)"))
      }
    }
  }
}
