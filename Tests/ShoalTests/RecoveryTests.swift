import Foundation
import TestSupport
import Testing

/// Runs that lose ranks and go on without them: a few here, twenty-five on demand.
@Suite(.serialized) struct RecoveryTests {
  private static let words = [
    "train", "small.yaml", "training.epochs=600", "training.steps=2500",
    "training.on_rank_failure=continue", "checkpoints.interval=40", "--stall-timeout", "2s",
    "--run-dir",
  ]

  @Test func aRunThatLosesRanksEndsAsTheUndisturbedOne() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let whole = try ProgramRun("shoal", Self.words + ["whole"], ranks: 2, in: folder)
      #expect(whole.status == 0, "\(whole.output)")
      #expect(whole.output.contains("needs mpirun --enable-recovery"), "\(whole.output)")
      let (digest, log) = (try small.digest("whole"), try small.log("whole"))
      var random = SplitMix(seed: 11)
      var recovered = 0
      let rounds = Campaign.rounds(2, long: 25)
      for round in 0..<rounds {
        let ranks = round == 0 ? 4 : Int.random(in: 2...4, using: &random)
        let lost = round == 0 ? [2, 1] : [Int.random(in: 1..<ranks, using: &random)]
        let start = round == 0 ? 300 : Int.random(in: 1..<1800, using: &random)
        let run = "run-\(round)"
        let (status, output) = try train(small, run, ranks: ranks, losing: lost, fromStep: start)
        let what = "round \(round): ranks \(lost) of \(ranks) lost from step \(start)"
        #expect(status == 0, "\(what): \(output)")
        for rank in lost where output.contains("lost rank \(rank)") { recovered += 1 }
        #expect(try small.digest(run) == digest, "\(what): \(output)")
        #expect(try small.log(run) == log, "\(what)")
      }
      #expect(recovered >= rounds)
      print("\(rounds) runs lost \(recovered) ranks, and all have the undisturbed digest and log")
    }
  }

  /// A rank that only slept comes back to a run that has given it up.
  @Test func aRankThatComesBackTooLateLeavesTheOthersAlone() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let whole = try ProgramRun("shoal", Self.words + ["whole"], ranks: 2, in: folder)
      #expect(whole.status == 0, "\(whole.output)")
      let (status, output) = try train(
        small, "r", ranks: 3, losing: [1], fromStep: 300, comingBackAfter: "lost rank 1")
      #expect(status == 0, "\(output)")
      #expect(output.contains("lost rank 1") && output.contains("2 ranks go on"), "\(output)")
      #expect(try small.digest("r") == small.digest("whole"), "\(output)")
      #expect(try small.log("r") == small.log("whole"))
    }
  }

  @Test func withoutRankZeroNothingGoesOn() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      // With --enable-recovery mpirun 4.1.4 returns 0 whatever becomes of the ranks.
      let output = try train(small, "r", ranks: 3, losing: [0], fromStep: 200).output
      #expect(!small.exists("r/summary.json"))
      #expect(output.contains("nothing is heard from rank 0"), "\(output)")
      let resumed = try ProgramRun("shoal", Self.words + ["r"], ranks: 2, in: folder)
      #expect(resumed.status == 0 && resumed.output.contains("resuming from"), "\(resumed.output)")
    }
  }

  /// Trains, and kills ranks one after another, each once the log has grown since the last.
  ///
  /// Where a text is given, ranks only sleep, until the output has it.
  private func train(
    _ small: SmallRun, _ run: String, ranks: Int, losing lost: [Int], fromStep step: Int,
    comingBackAfter text: String? = nil
  ) throws -> (status: Int32, output: String) {
    let process = try ProgramRun.process(
      "shoal", Self.words + [run], ranks: ranks, launcher: ["--enable-recovery"],
      in: small.folder)
    let file = "\(small.folder)/\(run).txt"
    try Data().write(to: URL(fileURLWithPath: file))
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
    process.standardOutput = output
    process.standardError = output
    try process.run()
    var processes: [Int32] = []
    for (index, rank) in lost.enumerated() {
      // A line each 5 steps, and those of validations.
      try small.wait(for: (step + 400 * index) / 5, of: run, by: process)
      if processes.isEmpty { processes = ProgramRun.ranks(of: process) }
      guard processes.count == ranks else { continue }
      kill(processes[rank], text == nil ? SIGKILL : SIGSTOP)
      guard let text else { continue }
      try process.wait(for: text) {
        try String(contentsOfFile: file, encoding: .utf8).contains(text)
      }
      kill(processes[rank], SIGCONT)
    }
    process.waitUntilExit()
    return (process.terminationStatus, try String(contentsOfFile: file, encoding: .utf8))
  }
}
