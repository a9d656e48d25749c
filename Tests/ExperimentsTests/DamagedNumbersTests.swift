import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import Experiments

/// Numbers in a run's files that no run has.
struct DamagedNumbersTests {
  private static let absurd = [
    "4611686018427387904", "9223372036854775807", "1e19", "1e300", "-1", "0.5", "-9e99",
  ]

  @Test(arguments: absurd)
  func aLineOfTheLogWithAnAbsurdStepIsPassedOverAndNamed(step: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/metrics.jsonl"
      let lines = [1, 2, 3].map { #"{"kind":"step","step":\#($0),"loss":\#($0)}"# }
      let text =
        ([lines[0], #"{"kind":"step","step":\#(step),"loss":1}"#] + lines[1...])
        .joined(separator: "\n") + "\n"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      let history = try RunHistory(reading: path)
      #expect(history.steps.rows.map(\.step) == [1, 2, 3])
      #expect(history.damagedLines.text == "passed over line 2 of \(path), which is damaged")
      var follower = MetricsFollower(path)
      #expect(try follower.poll())
      #expect(follower.lines.map(\.step) == [1, 2, 3])
      let log = try MetricsLog(path, continuing: true)
      #expect(log.lastStep(of: "step") == 3)
    }
  }

  /// A step that only looks like one must not keep the log from going on.
  @Test func aGreaterStepAmongTheLinesDoesNotSilenceTheLog() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/metrics.jsonl"
      let text = [1, 7_000_002, 3].map { #"{"kind":"step","step":\#($0),"loss":1}"# + "\n" }
      try text.joined().write(toFile: path, atomically: true, encoding: .utf8)
      let log = try MetricsLog(path, continuing: true)
      try log.append(kind: "step", step: 4, fields: [])
      #expect(try String(contentsOfFile: path, encoding: .utf8).hasSuffix("\"step\":4}\n"))
    }
  }

  @Test func theLastLineThatIsWholeIsTheLast() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/metrics.jsonl"
      let text = #"{"kind":"step","step":1,"loss":2}"# + "\n" + #"{"kind":"step","step":2,"# + "\n"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      let history = try RunHistory(reading: path)
      #expect(history.steps.last?.step == 1)
      #expect(history.damagedLines.numbers == [2])
    }
  }

  @Test(arguments: absurd)
  func aSummaryWithAbsurdCountsHasNone(count: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/summary.json"
      try #"{"step":\#(count),"ranks":\#(count),"nelbo":1e308}"#.write(
        toFile: path, atomically: true, encoding: .utf8)
      let summary = try #require(try RunSummary(reading: path))
      #expect(summary.whole("step") == nil && summary.whole("ranks") == nil)
      #expect(RunResult(of: path) == nil)
    }
  }

  @Test func aSpeedOfNoStepsAnEpochIsNoLine() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/metrics.jsonl"
      let text = #"{"kind":"start","step":0,"total_steps":9,"steps_per_epoch":0}"# + "\n"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      var follower = MetricsFollower(path)
      #expect(try follower.poll() && follower.lines.isEmpty)
    }
  }

  @Test func aRunOfMoreStepsThanCanBeCountedHasNoKnownEnd() throws {
    let text = #"{"kind":"step","step":1,"steps_per_epoch":9007199254740992,"epoch":1}"#
    var line = try JSONDecoder().decode(MetricsLine.self, from: Data(text.utf8))
    line.kind = .start
    let configuration = try ResolvedConfiguration("training: {epochs: 1000000}\n", source: "test")
    let pace = RunPace(configuration.run, [line])
    #expect(pace.totalSteps == nil)
  }

  private static let notOfARun: [[Double]] = [
    [.nan, 1, 1, 1], [1e300, 1, 1, 1], [-1, 1, 1, 1], [258, -1, 1, 1], [258, .infinity, 1, 1],
    [258, 1, 1, .nan], [258, 1, 1, 1e300], [258, 1, 1],
  ]

  @Test(arguments: notOfARun)
  func numbersOfACheckpointThatNoRunHasAreDamage(values: [Double]) throws {
    let error = try #require(throws: CheckpointError.self) {
      _ = try SavedNumbers(values, path: "a.h5")
    }
    #expect(error.exitCode == 65 && "\(error)".hasPrefix("a.h5: damaged checkpoint: "))
  }

  @Test func numbersOfARunAreRead() throws {
    let numbers = try SavedNumbers([258, 12.5, .infinity, 3.5, .nan], path: "a.h5")
    #expect(numbers.eventLimit == 258 && numbers.seconds == 3.5)
  }
}
