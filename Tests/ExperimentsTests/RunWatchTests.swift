import Foundation
import Reporting
import TestSupport
import Testing

@testable import Experiments

@Suite struct RunWatchTests {
  @Test func aFolderWithoutARunIsMissingInput() throws {
    try withTemporaryFolder { folder in
      for (path, reason) in [
        ("\(folder)/none", "there is no such folder"), (folder, "it has no config.yaml"),
      ] {
        let error = RunError.noRun(path: path, reason: reason)
        #expect(throws: error) { try RunWatch(path) }
        #expect(error.exitCode == 66)
        #expect("\(error)" == "\(path) is no run's folder: \(reason)")
      }
    }
  }

  @Test func progressFollowsTheLog() throws {
    try withRun { run in
      var watch = try RunWatch(run.folder.path)
      let before = try watch.screen(now: .now)
      #expect(before.place == ["no step logged yet"])
      #expect(before.fraction == nil && before.notice == nil)
      // 8 steps an epoch: known at the latest when the second epoch ends.
      try run.log(steps: 1...24)
      let screen = try watch.screen(now: .now)
      #expect(screen.place == ["step 24/80", "epoch 3/10"])
      #expect(screen.fraction == 24.0 / 80)
      #expect(
        screen.pace == ["0:00:28 left", "80 samples/s", "0:00:12 trained", "last line 0:00:00 ago"])
      #expect(
        screen.curves.map(\.name)
          == ["training loss", "validation NELBO", "validation MSE", "validation KL"])
      #expect(screen.curves[0].points.map(\.step) == Array(1...24))
      #expect(screen.curves[1].points == [8, 16, 24].map { Curve.Point(step: $0, value: 9) })
      #expect(watch.outcome == nil)
    }
  }

  @Test func theLengthIsKnownFromTheStart() throws {
    try withRun { run in
      try run.logStart(step: 0, of: 72)
      var watch = try RunWatch(run.folder.path)
      let start = try watch.screen(now: .now)
      #expect(start.place == ["step 0/72", "epoch 1/9"] && start.fraction == 0)
      try run.log(steps: 1...3)
      let screen = try watch.screen(now: .now)
      #expect(screen.place == ["step 3/72", "epoch 1/9"] && screen.fraction == 3.0 / 72)
      #expect(screen.pace.prefix(2) == ["0:00:35 left", "80 samples/s"])
      // Lengthened, and gone on from a checkpoint before the last line.
      try run.logStart(step: 2, of: 80)
      #expect(try watch.screen(now: .now).place == ["step 2/80", "epoch 1/10"])
      try run.folder.writeSummary(summary(step: 72))
      _ = try watch.screen(now: .now)
      #expect(watch.outcome == nil)
    }
  }

  /// The first step may be slow, since it allocates all memory.
  @Test func aStartAloneIsWaitedFor() throws {
    try withRun { run in
      try run.logStart(step: 0, of: 80)
      var watch = try RunWatch(run.folder.path)
      #expect(try watch.screen(now: .now + 290).notice == nil)
      #expect(try watch.screen(now: .now + 310).notice?.hasPrefix("no new line for 0:05:") == true)
    }
  }

  @Test func theSpeedIsThatSinceTheLastStart() throws {
    try withRun { run in
      try run.logStart(step: 0, of: 80)
      try run.log(steps: 1...8)
      try run.logStart(step: 8, of: 80, seconds: 100)
      var watch = try RunWatch(run.folder.path)
      #expect(try watch.screen(now: .now).pace.first == "?:??:?? left")
      try run.log(steps: 9...10, pace: 10, from: 20)
      #expect(try watch.screen(now: .now).pace.prefix(2) == ["0:11:40 left", "4 samples/s"])
    }
  }

  @Test func aRunThatIsSilentForLongSeemsNotToGoOn() throws {
    try withRun { run in
      try run.log(steps: 1...16)
      var watch = try RunWatch(run.folder.path)
      #expect(try watch.screen(now: .now + 20).notice == nil)
      let notice = try watch.screen(now: .now + 312).notice
      #expect(
        notice
          == "no new line for 0:05:12, where one came at least every 0:00:01 before: "
          + "the run seems not to go on")
      try run.log(steps: 17...17)
      #expect(try watch.screen(now: .now + 312).notice == nil)
    }
  }

  @Test func aRunWithoutALineForLongSaysSo() throws {
    try withRun { run in
      var watch = try RunWatch(run.folder.path)
      #expect(try watch.screen(now: .now + 299).notice == nil)
      let notice = try watch.screen(now: .now + 400).notice ?? ""
      #expect(notice.hasPrefix("no line since the start, 0:06:40 ago"))
    }
  }

  @Test func theSummaryEndsTheRun() throws {
    try withRun { run in
      try run.log(steps: 1...80)
      var watch = try RunWatch(run.folder.path)
      try run.folder.writeSummary(summary(step: 80))
      let screen = try watch.screen(now: .now + 1000)
      let outcome = "finished at step 80: validation 9.000 = 7.500 + 1.500, in 0:00:41"
      #expect(screen.notice == outcome && watch.outcome == outcome)
      #expect(screen.fraction == 1 && screen.pace == ["0:00:40 trained", "80 samples/s"])
    }
  }

  @Test func theSummaryOfAnEarlierEndDoesNot() throws {
    try withRun { run in
      try run.folder.writeSummary(summary(step: 40))
      try run.log(steps: 1...41)
      var watch = try RunWatch(run.folder.path)
      _ = try watch.screen(now: .now)
      #expect(watch.outcome == nil)
    }
    try withRun(settings: "training: {steps: 60}") { run in
      try run.folder.writeSummary(summary(step: 40))
      try run.log(steps: 1...40)
      var watch = try RunWatch(run.folder.path)
      #expect(try watch.screen(now: .now).place == ["step 40/60", "epoch 5/8"])
      #expect(watch.outcome == nil)
    }
  }

  private func summary(step: Int) -> [(String, MetricValue)] {
    [
      ("nelbo", .number(9)), ("mse", .number(7.5)), ("kl", .number(1.5)), ("step", .integer(step)),
      ("wall_seconds", .number(41)),
    ]
  }

  /// A run of 10 epochs of 8 batches of 40, with two steps a second.
  private struct Run {
    let folder: RunFolder

    func logStart(step: Int, of total: Int, seconds: Double? = nil) throws {
      try MetricsLog(folder.metrics, continuing: true).append(
        kind: "start", step: step,
        fields: [
          ("total_steps", .integer(total)), ("steps_per_epoch", .integer(8)),
          ("ranks", .integer(1)), ("time", .text("2026-01-01T10:00:00Z")),
          ("seconds", .number(seconds ?? Double(step) / 2)),
        ])
    }

    func log(steps: ClosedRange<Int>, pace: Double = 0.5, from begin: Double = 0) throws {
      let log = try MetricsLog(folder.metrics, continuing: true)
      for step in steps {
        let seconds = ("seconds", MetricValue.number(begin + Double(step) * pace))
        let epoch = ("epoch", MetricValue.integer((step - 1) / 8 + 1))
        try log.append(kind: "step", step: step, fields: [epoch, ("loss", .number(10)), seconds])
        guard step % 8 == 0 else { continue }
        try log.append(
          kind: "validation", step: step, fields: [epoch, ("nelbo", .number(9)), seconds])
      }
    }
  }

  private func withRun(settings: String = "", _ body: (Run) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let configuration = try ResolvedConfiguration(
        settings, source: "test", overrides: ["training.epochs=10", "training.batch=40"])
      let run = RunFolder("\(folder)/run")
      try run.create()
      try run.writeConfiguration(configuration.yaml)
      try body(Run(folder: run))
    }
  }
}
