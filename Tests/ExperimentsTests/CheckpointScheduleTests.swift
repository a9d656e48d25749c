import Checkpoints
import Foundation
import Testing

@testable import Experiments

struct CheckpointScheduleTests {
  private let start = ContinuousClock.now

  @Test func stepsAreCounted() {
    let schedule = CheckpointSchedule(
      CheckpointConfiguration(interval: .steps(7), mtbfHours: 1, keep: 1), now: start)
    #expect((1...21).filter { schedule.isDue(step: $0) } == [7, 14, 21])
    #expect(!schedule.isDue(now: start + .seconds(1_000_000)))
  }

  @Test func autoMeasuresFirstAndThenFollowsTheCost() {
    var schedule = CheckpointSchedule(
      CheckpointConfiguration(interval: .auto, mtbfHours: 24, keep: 1), now: start)
    #expect(!schedule.isDue(step: 1000))
    #expect(!schedule.isDue(now: start + .seconds(29)))
    #expect(schedule.isDue(now: start + .seconds(30)))
    let written = start + .seconds(30)
    schedule.note(cost: .milliseconds(500), now: written)
    // √(2 · 0.5 · 86400) = 293.9
    #expect(!schedule.isDue(now: written + .seconds(290)))
    #expect(schedule.isDue(now: written + .seconds(296)))
  }

  /// The time lost per second of work, exactly, for failures that come at random (Daly 2006, equation
  /// 13 without the restart): M(e^((w + C)/M) − 1)/w.
  @Test(arguments: [(0.1, 86400.0), (5, 3600), (30, 600), (60, 300)])
  func noOtherIntervalLosesNoticeablyLess(cost: Double, mtbf: Double) throws {
    func loss(_ interval: Double) -> Double {
      mtbf * (exp((interval + cost) / mtbf) - 1) / interval
    }
    let chosen = CheckpointSchedule.interval(cost: cost, mtbf: mtbf)
    let best = try #require((1...20_000).map { loss(Double($0) * mtbf / 5000) }.min())
    #expect(loss(chosen) < best * 1.0005)
    #expect(loss(chosen * 2) > loss(chosen) && loss(chosen / 2) > loss(chosen))
  }

  @Test func aCheckpointDearerThanFailuresAreRareWaitsForOne() {
    #expect(CheckpointSchedule.interval(cost: 500, mtbf: 200) == 200)
  }

  @Test func theConfigurationTakesNumbersAndAuto() throws {
    func interval(_ text: String) throws -> CheckpointInterval {
      try ResolvedConfiguration(
        "", source: "defaults", overrides: ["checkpoints.interval=\(text)"]
      ).run.checkpoints.interval
    }
    #expect(try interval("12") == .steps(12))
    #expect(try interval("auto") == .auto)
    for wrong in ["0", "often", "1.5"] {
      let error = #expect(throws: ConfigurationError.self) { try interval(wrong) }
      #expect("\(try #require(error))".contains("checkpoints.interval"), "\(wrong)")
    }
    let again = try ResolvedConfiguration(
      ResolvedConfiguration("", source: "defaults", overrides: ["checkpoints.interval=auto"]).yaml,
      source: "saved")
    #expect(again.run.checkpoints.interval == .auto)
  }
}
