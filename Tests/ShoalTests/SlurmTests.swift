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
  /// Gives the run so many steps, also while it is under way: a job reads its file at every start.
  ///
  /// A checkpoint at every step makes the run slow without a change of its numbers.
  private func setSteps(_ steps: Int, _ small: SmallRun) throws {
    let text = SmallRun.configuration.replacing(
      "epochs: 7, steps: 50", with: "epochs: 100000, steps: \(steps)"
    )
    .replacing("interval: 10", with: "interval: 1")
    try small.write(text, to: "small.yaml")
  }

  /// Lets a run end a little later than where it is.
  private func setEnd(_ small: SmallRun, run: String = "runs/small") throws {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: "\(small.folder)/\(run)/checkpoints")
    let steps = names.compactMap { Int($0.replacing("step-", with: "").replacing(".h5", with: "")) }
    try setSteps(try #require(steps.max()) + 100, small)
  }

  /// Compares a run with the same one under `mpirun`, undisturbed.
  private func compare(
    _ small: SmallRun, run: String = "runs/small", settings: [String] = []
  ) throws {
    let words = ["train", "small.yaml", "checkpoints.interval=100000", "--quiet"] + settings
    let whole = try ProgramRun(
      "shoal", words + ["--run-dir", "\(run)-whole"], ranks: 2, in: small.folder)
    #expect(whole.status == 0, "\(whole.output)")
    #expect(try small.digest(run).count == 64)
    #expect(try small.digest(run) == small.digest("\(run)-whole"))
    #expect(try small.log(run) == small.log("\(run)-whole"))
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
      let job = try SlurmJob(small)
      #expect(try job.end() == "COMPLETED")
      #expect(try job.facts()["NumNodes"] == "2")
      let summary = String(
        decoding: try small.contents(of: "runs/small/summary.json"), as: UTF8.self)
      #expect(summary.contains("\"ranks\": 2"))
      try compare(small)
    }
  }

  /// As Slurm's plugins for MPI start them; only PMIx is one that Open MPI knows.
  @Test(arguments: [("pmix", 2), ("none", 2), ("none", 1), ("pmi2", 2), ("pmi2", 1)])
  func launchesThatCannotBeMeantAreRefusedAtOnce(_ plugin: String, _ tasks: Int) throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let words = ["-N\(tasks)", "-n\(tasks)", "--mpi=\(plugin)"]
      let shoal = try ProgramRun.path(of: "shoal")
      let start = ContinuousClock.now
      let run = try ProgramRun(
        launcher: "srun", words, shoal, ["train", "small.yaml", "--quiet"], in: folder,
        environment: ["OMPI_MCA_btl": "tcp,self"])
      if plugin == "pmix" {
        #expect(run.status == 0, "\(run.output)")
        return
      }
      #expect(run.status == 78, "\(run.output)")
      #expect(run.messages.count == 1, "\(run.output)")
      #expect(run.output.contains("use srun --mpi=pmix"), "\(run.output)")
      // It takes a second; ranks that waited for others would never come back.
      #expect(.now - start < .seconds(60))
      #expect(!small.exists("runs"))
    }
  }

  /// In `abrupt` Slurm itself puts the job back, and the newest checkpoint counts.
  @Test(arguments: [("main", 3), ("abrupt", 1)])
  func aPreemptedJobGoesOnToTheSameEnd(_ partition: String, _ times: Int) throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      try setSteps(1_000_000, small)
      let job = try SlurmJob(small, partition: partition)
      for _ in 0..<times {
        try awaitProgress(job, small)
        try job.preempt()
      }
      try setEnd(small)
      #expect(try job.end() == "COMPLETED")
      #expect(try job.restarts == times)
      let output = String(
        decoding: try small.contents(of: "small-\(job.number).out"), as: UTF8.self)
      #expect(output.components(separatedBy: "resuming from").count == times + 1, "\(output)")
      try compare(small)
    }
  }

  /// A minute is the shortest limit.
  ///
  /// Slurm, which looks at its clock every half minute, tells the ranks at the first look.
  @Test func aJobCutByItsTimeLimitGoesOnToTheSameEnd() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      try setSteps(1_000_000, small)
      let job = try SlurmJob(small, ["--lead", "50"], time: "1")
      for cut in 1...3 {
        try job.wait(for: "cut \(cut)") { try job.restarts == cut }
        #expect(try job.facts()["TimeLimit"] == "00:01:00")
      }
      try setEnd(small)
      #expect(try job.end() == "COMPLETED")
      try compare(small)
    }
  }

  @Test func aCancelledJobStaysCancelledAndItsRunGoesOn() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      try setSteps(1_000_000, small)
      let job = try SlurmJob(small)
      try awaitProgress(job, small)
      try SlurmJob.run("scancel", job.number)
      #expect(try job.end() == "CANCELLED")
      // A job that had put itself back would run again by now.
      sleep(8)
      #expect(try job.end() == "CANCELLED")
      #expect(try job.restarts == 0)
      #expect(!small.exists("runs/small/summary.json"))
      try setEnd(small)
      #expect(try SlurmJob(small).end() == "COMPLETED")
      try compare(small)
    }
  }

  /// Two tasks, a node each, that are preempted in the middle and come back.
  @Test func tasksOfAnArrayShareASweepThroughPreemption() throws {
    try withTemporaryFolder { folder in
      let configuration = SmallRun.configuration.replacing(
        "epochs: 7, steps: 50", with: "epochs: 100000, steps: 400"
      )
      .replacing("interval: 10", with: "interval: 1")
      let small = try SmallSweep(folder, configuration: configuration)
      let words = [
        "sweep", "sweep.yaml", "--backend", "slurm-array", "--tasks", "2", "--time", "20",
      ]
      let array = try SlurmJob(
        submitting: words + ["--run-dir", "array", "checkpoints.interval=1"], in: small.run)
      let tasks = [1, 2].map { SlurmJob(number: "\(array.number)_\($0)") }
      try array.wait(for: "trials") { small.journal("array", with: "\"started\"") >= 2 }
      sleep(1)
      try tasks[0].preempt()
      for task in tasks {
        #expect(try task.end() == "COMPLETED")
        #expect(try task.restarts == 1)
      }
      #expect(small.journal("array", with: "\"reached\"") == 6)
      let alone = try small.sweep("checkpoints.interval=100000", into: "alone")
      #expect(alone.status == 0, "\(alone.output)")
      #expect(try small.table("array") == small.table("alone"))
    }
  }

  @Test func eachTaskOfAnArrayTrainsItsTrial() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      try setSteps(1_000_000, small)
      try small.write("# trials\nseed=1\nseed=2 model.latents=16\n", to: "trials.txt")
      let array = try SlurmJob(small, ["--array", "trials.txt", "--at-once", "1"])
      let tasks = [2, 3].map { SlurmJob(number: "\(array.number)_\($0)") }
      try awaitProgress(tasks[0], small, run: "runs/small/trial-2")
      // A task that is told to save comes back like any other job.
      try SlurmJob.run("scancel", "--signal=USR1", tasks[0].number)
      try tasks[0].wait(for: "its return") { try tasks[0].restarts == 1 }
      try setEnd(small, run: "runs/small/trial-2")
      for task in tasks { #expect(try task.end() == "COMPLETED") }
      #expect(try tasks[1].restarts == 0)
      try compare(small, run: "runs/small/trial-2", settings: ["seed=1"])
      try compare(small, run: "runs/small/trial-3", settings: ["seed=2", "model.latents=16"])
    }
  }
}
