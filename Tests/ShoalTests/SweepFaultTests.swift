import Foundation
import TestSupport
import Testing

/// A sweep that loses ranks and has trials that cannot be trained.
struct SweepFaultTests {
  /// Forty trials of uneven length.
  private static let section = """
    sweep:
      searcher: random
      points: 40
      axes:
        - {key: model.latents, integer: [16, 256]}
        - {key: training.learning_rate, log_uniform: [0.0005, 0.02]}
      on_trial_failure: retry 2

    """

  @Test func fortyTrialsOnFiveRanksSurviveThreeKillsAndTwoTrialsThatThrow() throws {
    try withTemporaryFolder { folder in
      let configuration = SmallRun.configuration.replacing(
        "epochs: 7, steps: 50", with: "epochs: 70, steps: 300")
      let small = try SmallSweep(folder, SweepFaultTests.section, configuration: configuration)
      try FileManager.default.createDirectory(
        atPath: "\(folder)/sweep/trials", withIntermediateDirectories: true)
      for trial in ["0007", "0023"] {
        try small.run.write("in the way", to: "sweep/trials/\(trial)")
      }
      let process = try ProgramRun.process(
        "shoal", ["sweep", "sweep.yaml", "--run-dir", "sweep"], ranks: 5,
        launcher: ["--enable-recovery"], in: folder)
      try small.run.write("", to: "output")
      let output = try #require(FileHandle(forWritingAtPath: "\(folder)/output"))
      process.standardOutput = output
      process.standardError = output
      try process.run()
      for kills in 1...3 {
        // After so many trials, whoever happens to have a high number.
        try process.wait(for: "\(6 * kills) trials") {
          small.journal("sweep", with: "\"reached\"") >= 6 * kills
        }
        let others = try small.leaders("sweep").dropFirst()
        kill(try #require(others.randomElement()), SIGKILL)
      }
      process.waitUntilExit()
      let text = try String(contentsOfFile: "\(folder)/output", encoding: .utf8)
      #expect(text.contains("38 finished, 2 failed"), "\(text)")
      for trial in [7, 23] {
        #expect(text.contains("failed                trial \(trial): "), "\(text)")
      }
      let lines = text.split(separator: "\n").map(String.init)
      let share = lines.first { $0.hasPrefix("busy_share") }
      let words = share?.split(separator: " ").map(String.init) ?? []
      #expect(try Double(#require(words.dropFirst().first)) ?? 0 > 90, "\(share ?? text)")
      print(lines.suffix(8).joined(separator: "\n"))
      #expect(small.journal("sweep", with: "\"lost\"") <= 3)
      #expect(try small.sweep(into: "whole", ranks: 2).status == 0)
      let (rows, whole) = try (small.table("sweep"), small.table("whole"))
      let pairs = zip(rows.split(separator: "\r\n"), whole.split(separator: "\r\n")).enumerated()
      for (place, (row, other)) in pairs where ![8, 24].contains(place) { #expect(row == other) }
    }
  }

  /// In each of two groups of two ranks: the one that speaks for its group, and the other one.
  @Test(arguments: 0..<4)
  func aGroupThatLosesARankGoesOnWithoutIt(_ place: Int) throws {
    try withTemporaryFolder { folder in
      let configuration = SmallRun.configuration.replacing(
        "epochs: 7, steps: 50", with: "epochs: 700, steps: 400")
      let small = try SmallSweep(folder, configuration: configuration)
      let process = try ProgramRun.process(
        "shoal",
        ["sweep", "sweep.yaml", "sweep.ranks_per_trial=2", "--stall-timeout", "4s"]
          + ["--run-dir", "sweep", "--quiet"], ranks: 4, launcher: ["--enable-recovery"], in: folder
      )
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      try process.wait(for: "a trial") { small.journal("sweep", with: "\"reached\"") >= 1 }
      let leaders = try small.leaders("sweep")
      // Ranks of one mpirun have neighbouring numbers.
      let victim = place < 2 ? leaders[place] : leaders[place - 2] + 1
      try small.kill(victim, of: process, in: "sweep", whileTraining: 2)
      process.waitUntilExit()
      #expect(small.journal("sweep", with: "\"lost\"") == 1)
      #expect(small.journal("sweep", with: "\"reached\"") == 6)
      #expect(try small.sweep(into: "whole").status == 0)
      #expect(try small.table("sweep") == small.table("whole"))
    }
  }
}
