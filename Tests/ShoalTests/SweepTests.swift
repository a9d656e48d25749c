import Foundation
import TestSupport
import Testing

/// `shoal sweep` as its users run it.
struct SweepTests {
  @Test func aloneAndInGroupsOfRanksTrialsAreTheSameToTheBit() throws {
    try withTemporaryFolder { folder in
      let small = try SmallSweep(folder, SmallSweep.halving)
      let alone = try small.sweep(into: "alone")
      #expect(alone.status == 0, "\(alone.output)")
      let table = try small.table("alone")
      #expect(table.split(separator: "\r\n").count == 10)
      for (ranks, perTrial) in [(3, 1), (4, 2)] {
        let words = "sweep.ranks_per_trial=\(perTrial)"
        let run = try small.sweep(words, into: "ranks-\(ranks)", ranks: ranks)
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains("busy_share"), "\(run.output)")
        #expect(try small.table("ranks-\(ranks)") == table)
      }
      // One in three goes on, and of these one to the end.
      #expect(small.journal("alone", with: "\"reached\"") == 9 + 3 + 1)
      for file in ["sweep.html", "table.tex", "optuna.log", "sweep.yaml"] {
        #expect(small.run.exists("alone/\(file)"))
      }
    }
  }

  @Test(arguments: [SmallSweep.grid, SmallSweep.halving])
  func aSweepThatIsKilledAgainAndAgainLosesNoTrialAndEndsTheSame(_ section: String) throws {
    try withTemporaryFolder { folder in
      let small = try SmallSweep(folder, section)
      #expect(try small.sweep(into: "whole").status == 0)
      for _ in 0..<6 {
        let process = try ProgramRun.process(
          "shoal", ["sweep", "sweep.yaml", "--run-dir", "killed", "--quiet"], ranks: nil,
          in: folder)
        // By the journal, since how long a sweep takes depends on what else the machine does.
        let records = small.journal("killed", with: "{") + Int.random(in: 0...4)
        try process.run()
        while process.isRunning, small.journal("killed", with: "{") < records { usleep(2000) }
        usleep(UInt32.random(in: 0...100_000))
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
      }
      let run = try small.sweep(into: "killed", ranks: 2)
      #expect(run.status == 0, "\(run.output)")
      #expect(try small.table("killed") == small.table("whole"))
      #expect(
        small.journal("killed", with: "\"reached\"") == small.journal("whole", with: "\"reached\""))
    }
  }

  /// Runs are then further than the journal knows.
  @Test func aJournalThatLostItsTailGivesTheSameTable() throws {
    try withTemporaryFolder { folder in
      let small = try SmallSweep(folder, SmallSweep.halving)
      #expect(try small.sweep(into: "sweep").status == 0)
      let table = try small.table("sweep")
      let journal = String(
        decoding: try small.run.contents(of: "sweep/journal.jsonl"), as: UTF8.self)
      try small.run.write(String(journal.prefix(journal.count / 3)), to: "sweep/journal.jsonl")
      #expect(try small.sweep(into: "sweep").status == 0)
      #expect(try small.table("sweep") == table)
      // An axis less is another sweep.
      try small.run.write(
        SmallRun.configuration
          + SmallSweep.halving.replacing("    - {key: model.latents, integer: [8, 40]}\n", with: ""),
        to: "sweep.yaml")
      let other = try small.sweep(into: "sweep")
      #expect(other.status == 78, "\(other.output)")
      #expect(try small.table("sweep") == table)
    }
  }

  @Test func launchesThatShareAFolderShareTheWork() throws {
    try withTemporaryFolder { folder in
      let small = try SmallSweep(folder)
      let processes = try (0..<3).map { _ in
        try ProgramRun.process(
          "shoal", ["sweep", "sweep.yaml", "--run-dir", "shared", "--quiet"], ranks: nil, in: folder
        )
      }
      for process in processes {
        process.standardOutput = FileHandle.nullDevice
        try process.run()
      }
      for process in processes {
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
      }
      #expect(small.journal("shared", with: "\"reached\"") == 6)
      #expect(small.journal("shared", with: "\"joined\"") == 3)
      #expect(try small.sweep(into: "alone").status == 0)
      #expect(try small.table("shared") == small.table("alone"))
    }
  }

  @Test func trialsThatFailAreMarkedWithTheirErrorsAndDisturbNoOther() throws {
    try withTemporaryFolder { folder in
      let section = """
        sweep:
          axes:
            - {key: training.learning_rate, values: [0.001, 0.01, 1.0e+30, 0.002]}
        """
      let small = try SmallSweep(folder, section)
      try FileManager.default.createDirectory(
        atPath: "\(folder)/failing/trials", withIntermediateDirectories: true)
      // Trial 1 finds a file where its folder should be; trial 2 diverges.
      try small.run.write("in the way", to: "failing/trials/0001")
      let run = try small.sweep(into: "failing", ranks: 2)
      #expect(run.status == 0, "\(run.output)")
      #expect(run.output.contains("2 finished, 2 failed"), "\(run.output)")
      let rows = try small.table("failing").split(separator: "\r\n").map(String.init)
      #expect(rows[2].contains("failed") && rows[2].contains("expected a folder, found a file"))
      #expect(rows[3].contains("failed") && rows[3].contains("is not finite"), "\(rows[3])")
      // The first may have been bad luck and was tried twice; what diverged would diverge again.
      #expect(small.journal("failing", with: "\"started\"") == 5)
      let aborted = try small.sweep(
        "sweep.on_trial_failure=abort", "training.batch=41", into: "aborted")
      #expect(aborted.status == 70)
      #expect(
        aborted.messages.first?.hasPrefix(
          "shoal: trial 2 failed, and sweep.on_trial_failure is abort") == true, "\(aborted.output)"
      )
    }
  }

  @Test func aTrialThatTakesTooLongIsMarked() throws {
    try withTemporaryFolder { folder in
      let configuration = SmallRun.configuration.replacing(
        "epochs: 7, steps: 50", with: "epochs: 100000")
      let section = "sweep: {axes: [{key: training.epochs, values: [100000, 1]}], trial_time: 5s}\n"
      let small = try SmallSweep(folder, section, configuration: configuration)
      let run = try small.sweep(into: "long")
      #expect(run.status == 0, "\(run.output)")
      let rows = try small.table("long").split(separator: "\r\n").map(String.init)
      #expect(rows[1].contains("took longer than sweep.trial_time, 5s"), "\(rows)")
      #expect(rows[2].contains("finished"), "\(rows)")
    }
  }

  @Test func aSignalSavesWhereTheTrialsStandAndTheSameCommandGoesOn() throws {
    try withTemporaryFolder { folder in
      // Trials of some seconds: the other is still under way when the signal has come around.
      let configuration = SmallRun.configuration
        .replacing("epochs: 7, steps: 50", with: "epochs: 70000, steps: 15000")
        .replacing("interval: 10", with: "interval: 1000")
      let section = "sweep: {axes: [{key: training.beta, values: [1, 2]}]}\n"
      let small = try SmallSweep(folder, section, configuration: configuration)
      let process = try ProgramRun.process(
        "shoal", ["sweep", "sweep.yaml", "--run-dir", "stopped", "--quiet"], ranks: 2, in: folder)
      process.standardError = FileHandle.nullDevice
      try process.run()
      try process.wait(for: "both trials") {
        ["0000", "0001"].allSatisfy { small.run.exists("stopped/trials/\($0)/metrics.jsonl") }
      }
      // One rank is told, and all stop.
      try small.kill(
        try #require(try small.leaders("stopped").last), by: SIGUSR1, of: process, in: "stopped",
        whileTraining: 2)
      process.waitUntilExit()
      #expect(process.terminationStatus == 75)
      #expect(small.journal("stopped", with: "\"released\"") == 2)
      #expect(try small.sweep(into: "stopped").status == 0)
      #expect(try small.sweep(into: "whole", ranks: 2).status == 0)
      #expect(try small.table("stopped") == small.table("whole"))
    }
  }

  /// The launcher lets the others live; who is free takes the trial over.
  @Test func aRankThatIsKilledCostsItsTrialARetryAndTheOthersGoOn() throws {
    try withTemporaryFolder { folder in
      let configuration = SmallRun.configuration.replacing(
        "epochs: 7, steps: 50", with: "epochs: 70, steps: 400")
      let small = try SmallSweep(folder, configuration: configuration)
      let process = try ProgramRun.process(
        "shoal", ["sweep", "sweep.yaml", "--run-dir", "lost"], ranks: 3,
        launcher: ["--enable-recovery"], in: folder)
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = pipe
      try process.run()
      try process.wait(for: "three trials") { small.journal("lost", with: "\"started\"") >= 3 }
      let worker = try #require(try small.leaders("lost").last)
      try small.kill(worker, of: process, in: "lost", whileTraining: 3)
      let output = String(
        decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(output.contains("its ranks are gone; it goes on elsewhere"), "\(output)")
      #expect(output.contains("6 finished"), "\(output)")
      #expect(small.journal("lost", with: "\"lost\":{\"isCounted\":true") == 1)
      #expect(try small.sweep(into: "whole").status == 0)
      #expect(try small.table("lost") == small.table("whole"))
    }
  }

  @Test func anotherSweepsFolderIsLeftAloneAndSaysWhatDiffers() throws {
    try withTemporaryFolder { folder in
      let small = try SmallSweep(folder)
      #expect(try small.sweep(into: "sweep").status == 0)
      let other = try small.sweep("model.latents=16", into: "sweep")
      #expect(other.status == 78)
      #expect(
        other.messages == [
          "shoal: sweep holds a sweep with other settings (model.latents is 32 there and 16 here): "
            + "choose another --run-dir, or give it the same settings"
        ])
      let again = try small.sweep("--resume", "never", into: "sweep")
      #expect(again.status == 73)
      let energy = try small.sweep("sweep.objective=energy", into: "energy", ranks: 2)
      #expect(energy.status == 78, "\(energy.output)")
      #expect(
        energy.messages.first?.hasPrefix("shoal: sweep.objective is energy; trials have nelbo")
          == true)
      let few = try small.sweep("sweep.ranks_per_trial=2", into: "few")
      #expect(few.status == 78)
      #expect(few.messages == ["shoal: sweep.ranks_per_trial is 2, but there is 1 rank"])
    }
  }

  @Test func aDryRunListsTheTrialsAndTheirTimeAndLeavesNothing() throws {
    try withTemporaryFolder { folder in
      let small = try SmallSweep(folder)
      let run = try small.sweep("--dry-run", into: "sweep", ranks: 2)
      #expect(run.status == 0)
      let lines = run.output.split(separator: "\n").map(String.init)
      #expect(
        lines.contains {
          $0.hasPrefix("5  training.beta=2 training.learning_rate=0.01  steps 50, about 0:00:0")
        }, "\(run.output)")
      #expect(
        lines.contains("# trials           6") && lines.contains("# groups           2, of 1 rank"))
      #expect(!small.run.exists("sweep"))
      let wrong = try small.sweep("model.latents=0", into: "sweep")
      #expect(wrong.status == 78)
    }
  }

  @Test(.enabled(if: Python.withOptuna != nil, "no python3 with optuna"))
  func optunaLoadsASweepAsItsTableHasIt() throws {
    try withTemporaryFolder { folder in
      let small = try SmallSweep(folder, SmallSweep.halving)
      #expect(try small.sweep(into: "sweep", ranks: 2).status == 0)
      let script = """
        import sys, optuna, csv
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend
        storage = JournalStorage(JournalFileBackend(sys.argv[1] + "/optuna.log"))
        study = optuna.load_study(study_name="sweep", storage=storage)
        rows = list(csv.DictReader(open(sys.argv[1] + "/table.csv")))
        names = {"finished": "COMPLETE", "stopped": "PRUNED"}
        assert len(rows) == len(study.trials) == 9
        for row, trial in zip(rows, study.trials):
            assert trial.state.name == names[row["state"]], row
            assert trial.value == float(row["objective"]), row
            assert max(trial.intermediate_values) == int(row["step"]), row
            for axis in ["training.learning_rate", "model.latents"]:
                assert trial.params[axis] == float(row[axis]), row
        print(study.best_trial.number, study.direction.name)
        """
      let output = try Python.run(
        script, arguments: ["\(folder)/sweep"], interpreter: Python.withOptuna)
      let best = try small.table("sweep").split(separator: "\r\n").filter {
        $0.contains(",finished,")
      }
      #expect(output == "\(best[0].prefix { $0 != "," }) MINIMIZE\n")
    }
  }

  /// The small forms of the paper's comparisons, as they are; that of classification on digits that
  /// the test makes.
  @Test(arguments: ["estimators", "active-neurons", "beta", "classification"])
  func theSmallFormsOfThePapersSweepsRun(_ name: String) throws {
    try withTemporaryFolder { folder in
      let run = try SmallRun(folder)
      try run.writeDigits()
      let file = SmallSweep.configurations + "/paper-\(name)-small.yaml"
      let digits = ["data.name=mnist", "data.path=digits", "training.batch=20"]
      let sweep = try ProgramRun(
        "shoal",
        ["sweep", file, "--run-dir", "sweep", "--quiet"] + (name == "classification" ? digits : []),
        ranks: 2, in: folder)
      #expect(sweep.status == 0, "\(sweep.output)")
      let table = String(decoding: try run.contents(of: "sweep/table.csv"), as: UTF8.self)
      let rows = table.split(separator: "\r\n").dropFirst()
      #expect(rows.count >= 4 && rows.allSatisfy { $0.contains(",finished,") }, "\(table)")
    }
  }
}
