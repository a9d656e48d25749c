import Foundation
import TestSupport
import Testing

@testable import Experiments

/// The batch script, run by a shell in which stand-ins take the place of Slurm's commands.
struct BatchScriptTests {
  private func script(_ settings: [String] = []) throws -> BatchScript {
    let time = try #require(JobTime("10"))
    var script = BatchScript(
      file: "run.yaml", runFolder: "runs/run",
      resources: .init(nodes: 2, ranksPerNode: 3, time: time))
    script.settings = settings
    return script
  }

  /// What became of a job.
  private struct Outcome {
    let status: Int32
    /// What the stand-ins were called with, a line each.
    let calls: [String]
  }

  /// Runs a script as Slurm would run the shell of a job.
  ///
  /// The stand-in of srun does `srun`, in bash, where `$shell` is the job's shell; that of squeue says
  /// that the job is in `state`.
  private func run(
    _ script: BatchScript, srun: String, state: String = "RUNNING",
    environment: [String: String] = [:]
  ) throws -> Outcome {
    try withTemporaryFolder { folder in
      func standIn(_ name: String, _ body: String) throws {
        let path = "\(folder)/\(name)"
        let text = "#!/bin/bash\nshell=$PPID\n\(body)\n"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
      }
      try standIn("srun", #"printf "<%s>" srun "$@" >>calls; echo >>calls"# + "\n" + srun)
      try standIn("squeue", "echo \(state)")
      // Slurm ends the shell of a job that it puts back.
      try standIn("scontrol", #"echo "scontrol $*" >>calls; kill -TERM "$shell""#)
      try script.text.write(toFile: "\(folder)/job", atomically: true, encoding: .utf8)
      let process = Process()
      // The threads of a test hold signals back, and a process inherits that.
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["--default-signal=TERM", "bash", "job"]
      process.currentDirectoryURL = URL(fileURLWithPath: folder)
      process.environment = ["PATH": "\(folder):/usr/bin:/bin", "SLURM_JOB_ID": "7"].merging(
        environment
      ) { $1 }
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      let calls = (try? String(contentsOfFile: "\(folder)/calls", encoding: .utf8)) ?? ""
      return Outcome(
        status: process.terminationStatus, calls: calls.split(separator: "\n").map(String.init))
    }
  }

  private static let save = "mkdir -p runs/run/checkpoints; touch runs/run/checkpoints/$RANDOM.h5"
  private static let requeued = "scontrol requeue 7"

  @Test func theRanksGetEveryWordAsItWasWritten() throws {
    var script = try script(["data.path=a b'c", "seed=$HOME", "data.cache=*"])
    script.dataFolders = ["my data"]
    script.program = "/opt/my programs/shoal"
    let outcome = try run(script, srun: "exit 0")
    #expect(outcome.status == 0)
    #expect(
      outcome.calls == [
        "<srun><--mpi=pmix></opt/my programs/shoal><train><run.yaml><data.path=a b'c><seed=$HOME>"
          + "<data.cache=*><--data-dir><my data><--resume><auto><--run-dir><runs/run>"
      ])
  }

  @Test func aTaskOfAnArrayTakesItsLineAndAFolderOfItsOwn() throws {
    var script = try script()
    script.trials = try Trials("seed=1\n\nseed=3 data.cache=*", path: "trials.txt")
    script.trialsAtOnce = 4
    #expect(script.text.contains("\n#SBATCH --array=1,3%4\n"))
    script.site.lines = ["printf 'seed=1\\n\\nseed=3 data.cache=*\\n' >trials.txt"]
    let outcome = try run(script, srun: "exit 0", environment: ["SLURM_ARRAY_TASK_ID": "3"])
    #expect(
      outcome.calls == [
        "<srun><--mpi=pmix><shoal><train><run.yaml><--resume><auto><--run-dir><runs/run/trial-3>"
          + "<seed=3><data.cache=*>"
      ])
    #expect(
      script.folder(of: script.trials?.trials[1] ?? .init(line: 0, settings: []))
        == "runs/run/trial-3")
  }

  @Test(arguments: [
    (75, save, "RUNNING"), (143, save, "RUNNING"), (138, "", "RUNNING"), (75, "", "RUNNING"),
  ])
  func stoppedEarlyItIsQueuedAgain(_ status: Int32, _ work: String, _ state: String) throws {
    let outcome = try run(script(), srun: "\(work)\nexit \(status)", state: state)
    #expect(outcome.status == status)
    #expect(outcome.calls.last == Self.requeued)
  }

  @Test(arguments: [(0, "RUNNING"), (1, "RUNNING"), (78, "RUNNING"), (137, "RUNNING")])
  func finishedOrFailedItIsNot(_ status: Int32, _ state: String) throws {
    let outcome = try run(script(), srun: "\(Self.save)\nexit \(status)", state: state)
    #expect(outcome.status == status)
    #expect(outcome.calls.count == 1)
  }

  @Test func aJobThatSlurmIsEndingIsLeftToSlurm() throws {
    // The shell has to outlive the signal: the ranks save meanwhile.
    let told = try run(
      script(), srun: "kill -TERM $shell; sleep 0.2; \(Self.save)\nexit 75", state: "RUNNING")
    #expect(told.status == 75)
    #expect(told.calls.count == 1)
    let completing = try run(script(), srun: "\(Self.save)\nexit 75", state: "COMPLETING")
    #expect(completing.status == 75)
    #expect(completing.calls.count == 1)
    let unknown = try run(script(), srun: "\(Self.save)\nexit 75", state: "")
    #expect(unknown.calls.count == 1)
  }

  @Test func restartsWithoutACheckpointHaveAnEnd() throws {
    for (restarts, work, isRequeued) in [
      ("4", "", true), ("5", "", false), ("5", Self.save, true), ("500", Self.save, true),
    ] {
      let outcome = try run(
        script(), srun: "\(work)\nexit 75", environment: ["SLURM_RESTART_COUNT": restarts])
      #expect(outcome.status == 75)
      #expect((outcome.calls.last == Self.requeued) == isRequeued, "\(restarts) \(work)")
    }
  }

  @Test func theRanksLearnWhenTheJobEndsAndHowManyThreadsTheyHave() throws {
    let show = #"echo "$SLURM_JOB_END_TIME $OMP_NUM_THREADS $SRUN_CPUS_PER_TASK" >>calls; exit 0"#
    let old = try run(
      script(), srun: show, state: "2026-01-02T03:04:05", environment: ["TZ": "UTC"])
    #expect(old.calls.last == "1767323045 1 1")
    let new = try run(
      script(), srun: show, environment: ["SLURM_JOB_END_TIME": "12", "SLURM_CPUS_PER_TASK": "3"])
    #expect(new.calls.last == "12 3 3")
    for state in ["", "NONE"] {
      #expect(try run(script(), srun: show, state: state).calls.last == " 1 1")
    }
  }

  @Test func aSiteSaysWhatItsClusterNeeds() throws {
    var script = try script()
    script.site = try Site(
      """
      partition: batch
      account: fish
      qos: long
      modules: [openmpi]
      launcher: srun --mpi=pmix_v4 --cpu-bind=cores
      environment: {A: "b c"}
      lines: ["#SBATCH --constraint=avx512", "module() { echo module $* $UNSET >>calls; }"]
      """, source: "site.yaml")
    let text = script.text
    let command = text.range(of: "\nmodule")?.lowerBound ?? text.startIndex
    for option in ["partition=batch", "account=fish", "qos=long", "constraint=avx512"] {
      // sbatch reads options up to the first command.
      #expect(text.range(of: "\n#SBATCH --\(option)\n").map { $0.lowerBound < command } == true)
    }
    let outcome = try run(script, srun: "echo $A >>calls; exit 0")
    #expect(outcome.status == 0)
    #expect(outcome.calls.first == "module load openmpi")
    #expect(outcome.calls[1].hasPrefix("<srun><--mpi=pmix_v4><--cpu-bind=cores><shoal><train>"))
    #expect(outcome.calls.last == "b c")
  }

  @Test(arguments: [("10", 120), ("5", 75), ("1", 15), ("12:00:00", 120), ("0:02", 1)])
  func theRanksAreToldTwoMinutesAheadOrAQuarterOfTheTime(_ time: String, _ lead: Int) throws {
    var script = try script()
    script.resources.time = try #require(JobTime(time))
    #expect(script.text.contains("\n#SBATCH --signal=USR1@\(lead)\n"))
    script.resources.lead = 7
    #expect(script.text.contains("\n#SBATCH --signal=USR1@7\n"))
  }

  @Test func whatMpirunToldThisProcessIsNotInherited() {
    let kept = ["PATH": "a", "OMPI_MCA_btl": "tcp,self", "OMPI_ALLOW_RUN_AS_ROOT": "1"]
    let dropped = [
      "PMIX_RANK": "0", "OMPI_COMM_WORLD_SIZE": "2", "OMPI_MCA_orte_hnp_uri": "x",
      "OMPI_MCA_ess": "^singleton",
    ]
    #expect(Submission.withoutLauncher(kept.merging(dropped) { $1 }) == kept)
  }
}
