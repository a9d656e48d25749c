import Testing

@testable import Experiments

struct TimeLimitTests {
  /// As `man sbatch` lists them, and seconds.
  @Test(arguments: [
    ("90s", 90), ("5", 300), ("5:30", 330), ("1:00:00", 3600), ("2-0", 172_800),
    ("1-12:30", 131_400), ("1-00:00:01", 86_401),
  ])
  func timesAreReadAsSlurmWritesThem(text: String, seconds: Int) {
    #expect(TimeLimit.duration(text) == .seconds(seconds))
  }

  @Test(arguments: [
    "", "0", "0s", "-1", "1:", "1:2:3:4", "a", "1h", "1.5", "1-2-3", "12345678", "s", "-5s",
  ])
  func whatIsNoTimeIsRefused(text: String) {
    #expect(TimeLimit.duration(text) == nil)
  }

  @Test func theEndIsNearWhenARoundAndACheckpointMightNotFit() {
    let start = ContinuousClock.now
    var limit = TimeLimit(end: start + .seconds(100))
    func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }
    func answers(_ seconds: Double...) -> [Bool] { seconds.map { limit.isNear(now: at($0)) } }
    // 5 s for a checkpoint of unknown cost, and 4 s; a second look makes a round of 2 ms.
    #expect(answers(90.9, 90.902) == [false, false])
    #expect(answers(91) == [true])
    limit = TimeLimit(end: start + .seconds(100))
    limit.note(checkpoint: .seconds(10))
    limit.note(checkpoint: .seconds(3))
    // A round of 4 s and a checkpoint of 10 s, each doubled: 32 s with the margin.
    #expect(answers(60, 64, 66.9, 67.9) == [false, false, false, false])
    #expect(answers(68.1) == [true])
  }
}
