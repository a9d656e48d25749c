import Experiments
import Testing

@Suite struct RunFolderProgressTests {
  @Test func lineHasAllParts() {
    #expect(
      progress(1200).line()
        == "epoch 3/400  step 1200/96000  loss 161.23  53211 samples/s  1:02:03 left")
  }

  @Test func lineLosesTheLeastImportantPartsFirst() {
    let line = progress(1200)
    let all = line.line().count
    #expect(line.line(width: all) == line.line())
    #expect(
      line.line(width: all - 1) == "epoch 3/400  step 1200/96000  loss 161.23  1:02:03 left")
    #expect(line.line(width: 50) == "epoch 3/400  step 1200/96000  loss 161.23")
    #expect(line.line(width: 30) == "step 1200/96000  loss 161.23")
    #expect(line.line(width: 6) == "step 1")
    #expect(line.line(width: -1) == "")
  }

  @Test(
    arguments: [
      (0.0, "0:00:00"), (59.6, "0:01:00"), (3723, "1:02:03"), (360_000, "100:00:00"),
      (.infinity, "?:??:??"), (.nan, "?:??:??"), (-1, "?:??:??"),
    ])
  func timesAreHoursMinutesSeconds(seconds: Double, text: String) {
    #expect(durationText(seconds) == text)
  }

  @Test func numbersThatAreNoneAreShown() {
    let line = TrainingProgress(
      epoch: (1, of: 1), step: (1, of: 1), loss: .infinity, samplesPerSecond: 0.25,
      secondsLeft: .infinity
    ).line()
    #expect(line == "epoch 1/1  step 1/1  loss inf  0.25 samples/s  ?:??:?? left")
  }

  @Test func liveLineIsRewrittenFiveTimesASecond() {
    let screen = Screen()
    let display = screen.display(live: true)
    for step in 1...10 {
      display.update(progress(step))
      screen.now += 0.125
    }
    display.finish()
    let steps = [1, 3, 5, 7, 9, 10]
    #expect(screen.texts == steps.map { "\r\(progress($0).line())\u{1B}[K" } + ["\n"])
  }

  @Test func liveLineLeavesTheLastColumnFree() {
    let screen = Screen()
    screen.width = progress(1).line().count
    let display = screen.display(live: true)
    display.update(progress(1))
    #expect(!screen.texts.joined().contains("samples/s"))
    screen.width += 1
    screen.now += 1
    display.update(progress(2))
    #expect(screen.texts.last == "\r\(progress(2).line())\u{1B}[K")
  }

  @Test func messageStandsAboveTheLiveLine() {
    let screen = Screen()
    let display = screen.display(live: true)
    display.message("before")
    display.update(progress(1))
    display.message("between")
    display.finish()
    display.message("after")
    display.finish()
    #expect(
      screen.texts == [
        "before\n", "\r\(progress(1).line())\u{1B}[K",
        "\r\u{1B}[Kbetween\n\(progress(1).line())", "\n", "after\n",
      ])
  }

  @Test func plainLinesComeEveryTenSeconds() {
    let screen = Screen()
    let display = screen.display(live: false)
    for step in 1...24 {
      display.update(progress(step))
      screen.now += 1
    }
    display.message("saved")
    display.finish()
    let lines = [1, 11, 21].map { "\(progress($0).line())\n" }
    #expect(screen.texts == lines + ["saved\n", "\(progress(24).line())\n"])
  }

  @Test func clockGoesForward() {
    let start = monotonicSeconds()
    #expect(monotonicSeconds() >= start)
  }

  private func progress(_ step: Int) -> TrainingProgress {
    TrainingProgress(
      epoch: (3, of: 400), step: (step, of: 96_000), loss: 161.234, samplesPerSecond: 53210.6,
      secondsLeft: 3723)
  }
}

/// What a display writes, and its clock; a class because the display's closures change it.
private final class Screen {
  var texts: [String] = []
  var now = 100.0
  var width = 200

  func display(live: Bool) -> ProgressDisplay {
    ProgressDisplay(
      live: live, width: { self.width }, seconds: { self.now }, output: { self.texts.append($0) })
  }
}
