import Foundation
import TestSupport
import Testing

/// Runs that are killed at random moments and go on: short here, a hundred of them on demand.
@Suite(.serialized) struct KillTests {
  /// A second or two of training with a checkpoint every few milliseconds.
  private static let words = [
    "train", "small.yaml", "training.epochs=100", "training.steps=700", "training.log_every=7",
    "checkpoints.interval=6", "--quiet", "--run-dir",
  ]

  /// Whom the signal hits.
  private enum Victim: CaseIterable {
    case oneRank
    case allRanks
    case launcher
  }

  @Test func killedRunsEndAsTheUndisturbedOne() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let whole = try ProgramRun("shoal", Self.words + ["whole"], ranks: 2, in: folder)
      #expect(whole.status == 0, "\(whole.output)")
      let (digest, log) = (try small.digest("whole"), try small.log("whole"))
      var random = SplitMix(seed: 2024)
      var tally = (killed: 0, halfWritten: 0)
      let rounds = Campaign.rounds(5, long: 100)
      for round in 0..<rounds {
        let victim = Victim.allCases[round % 3]
        let run = "run-\(round)"
        let ranks = Int.random(in: 1...4, using: &random)
        // By the log, since how long a run takes depends on what else the machine does.
        let lines = Int.random(in: 0..<log.count / 2, using: &random)
        let delay = UInt32.random(in: 0..<20_000, using: &random)
        let later = Int.random(in: 1...4, using: &random)
        let choice = UInt64.random(in: 0 ..< .max, using: &random)
        if try kill(victim, choice, ranks: ranks, after: lines, delay, small, run) {
          tally.killed += 1
        }
        if partialFiles(small, run) > 0 { tally.halfWritten += 1 }
        let resumed = try ProgramRun("shoal", Self.words + [run], ranks: later, in: folder)
        let what = "round \(round): \(victim) of \(ranks) ranks after \(lines) lines, then \(later)"
        #expect(resumed.status == 0, "\(what): \(resumed.output)")
        #expect(try small.digest(run) == digest, "\(what)")
        #expect(try small.log(run) == log, "\(what)")
        #expect(partialFiles(small, run) == 0, "\(what)")
        try FileManager.default.removeItem(atPath: "\(folder)/\(run)")
      }
      // Otherwise little was tried; ranks whose launcher is gone may get to the end.
      #expect(tally.killed > rounds / 2)
      print(
        "\(rounds) runs: \(tally.killed) were killed before their end, \(tally.halfWritten) of them within a "
          + "checkpoint, and all have the digest and the log of the undisturbed one")
    }
  }

  /// Starts a run, kills, and waits until nothing of it is left.
  ///
  /// - Returns: Whether the run was killed, not at its end already.
  private func kill(
    _ victim: Victim, _ choice: UInt64, ranks: Int, after lines: Int, _ delay: UInt32,
    _ small: SmallRun, _ run: String
  ) throws -> Bool {
    let process = try ProgramRun.process(
      "shoal", Self.words + [run], ranks: ranks, in: small.folder)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    while process.isRunning, (try? small.log(run).count) ?? 0 < lines { usleep(3000) }
    var children = ProgramRun.ranks(of: process)
    while children.count < ranks, process.isRunning {
      usleep(1000)
      children = ProgramRun.ranks(of: process)
    }
    usleep(delay)
    switch victim {
    case .oneRank:
      if !children.isEmpty {
        Foundation.kill(children[Int(choice % UInt64(children.count))], SIGKILL)
      }
    case .allRanks: for child in children { Foundation.kill(child, SIGKILL) }
    case .launcher: Foundation.kill(process.processIdentifier, SIGKILL)
    }
    process.waitUntilExit()
    // Ranks without their launcher may train on to the end.
    for _ in 0..<(100 * ProgramRun.limit) where children.contains(where: isAlive) {
      usleep(10_000)
    }
    return !small.exists("\(run)/summary.json")
  }

  /// Whether a process does something: one that has ended may be listed until somebody asks for it.
  private func isAlive(_ process: Int32) -> Bool {
    let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return line.map { !$0.contains(") Z ") } ?? false
  }

  private func partialFiles(_ small: SmallRun, _ run: String) -> Int {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: "\(small.folder)/\(run)/checkpoints")
    return (names ?? []).filter { $0.hasSuffix(".partial") }.count
  }
}
