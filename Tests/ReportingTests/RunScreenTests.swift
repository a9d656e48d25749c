import Reporting
import Testing

@Suite struct RunScreenTests {
  /// A run folder's name may hold anything.
  @Test func whatWouldCommandTheTerminalIsNotPrinted() {
    let screen = RunScreen(
      title: "run\u{1B}]0;mine\u{07}\u{9B}2J", fraction: nil, place: [], pace: [], notice: nil,
      curves: [])
    let title = screen.lines(width: 60, height: 20, isColored: false)[0]
    #expect(title == "run\u{FFFD}]0;mine\u{FFFD}\u{FFFD}2J")
  }

  @Test func curvesStandBelowOneAnotherOnANarrowTerminal() {
    #expect(
      screen().lines(width: 40, height: 16, isColored: false).joined(separator: "\n")
        == """
        runs/one
        [█████░░░░░░░░░░░░░░░]  25 %  step 20/80
        0:00:28 left  80 samples/s

        loss  20
        100│⠉⠒⠒⠒⠢⠤⢄⣀
           │        ⠉⠉⠒⠒⠒⠢⠤⣀⣀
           │                 ⠉⠉⠉⠑⠒⠢⠤⣀⣀⣀⡀
         20│                           ⠈⠉⠑⠒⠤⠤⠤⢄⣀
            0                                 80
        NELBO  1
        1│⠉⠉⠉⠉⢇    ⡜⠉⠉⠉⢣    ⢠⠋⠉⠉⠙⡄   ⢀⠏⠉⠉⠉⢣    ⡜
         │    ⢸   ⢠⠃   ⠘⡄   ⡜    ⢣   ⢸    ⠘⡄  ⢠⠃
         │     ⡇  ⡜     ⢣  ⢠⠃    ⠘⡄  ⡇     ⢣  ⡜
        0│     ⢱⣀⣠⠃     ⠘⣄⣀⡜      ⢣⣀⣰⠁     ⠘⣄⣠⠃
          0                                   80
        """)
  }

  @Test func curvesStandSideBySideOnAWideTerminal() {
    #expect(
      screen(curves: 4).lines(width: 80, height: 15, isColored: false).joined(separator: "\n")
        == """
        runs/one
        [█████░░░░░░░░░░░░░░░]  25 %  step 20/80  epoch 3/10
        0:00:28 left  80 samples/s

        loss  20                                 NELBO  1
        100│⠉⠒⠒⠒⠢⠤⠤⠤⣀⣀⣀⡀                         1│⠉⠉⠉⠙⡄   ⢠⠋⠉⠉⠉⢣    ⡜⠉⠉⠉⢣    ⡜⠉⠉⠉⢣    ⡜
           │           ⠈⠉⠉⠉⠒⠢⠤⠤⠤⣀⣀⣀⡀              │    ⠱⡀  ⡜    ⠘⡄  ⡰⠁   ⠘⡄  ⡰⠁   ⠈⢆  ⡰⠁
         20│                       ⠈⠉⠉⠉⠒⠒⠒⠢⠤⠤⠤⣀  0│     ⢣⣀⣠⠃     ⢣⣀⣠⠃     ⢣⣀⣠⠃     ⠘⣄⣠⠃
            0                                80    0                                  80
        MSE  6400                                KL  7
        6400│                            ⣀⡠⠤⠒⠒⠉  7│
            │                   ⢀⣀⠤⠤⠤⠔⠒⠉⠉         │⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤
           0│⣀⣀⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠔⠒⠒⠒⠉⠉⠉⠁                7│
             0                               80    0                                  80
        """)
  }

  @Test func curvesWithoutRoomAreNamedWithTheirLastNumbers() {
    #expect(
      screen().lines(width: 40, height: 11, isColored: false).joined(separator: "\n")
        == """
        runs/one
        [█████░░░░░░░░░░░░░░░]  25 %  step 20/80
        0:00:28 left  80 samples/s

        loss  20
        100│⠉⠒⠒⠒⠢⠤⢄⣀
           │        ⠉⠉⠒⠒⠒⠢⠤⣀⣀
           │                 ⠉⠉⠉⠑⠒⠢⠤⣀⣀⣀⡀
         20│                           ⠈⠉⠑⠒⠤⠤⠤⢄⣀
            0                                 80
        NELBO  1
        """)
    #expect(
      screen().lines(width: 60, height: 6, isColored: false).joined(separator: "\n")
        == """
        runs/one
        [█████░░░░░░░░░░░░░░░]  25 %  step 20/80  epoch 3/10
        0:00:28 left  80 samples/s

        loss  20   NELBO  1
        """)
  }

  @Test func nothingIsWiderOrHigherThanTheTerminal() {
    for curves in 0...4 {
      for width in [0, 1, 5, 20, 39, 75, 76, 77, 140] {
        for height in [0, 1, 3, 4, 5, 9, 10, 11, 24, 61] {
          let lines = screen(curves: curves).lines(width: width, height: height, isColored: false)
          #expect(lines.count <= height, "\(curves) curves on \(width) x \(height)")
          #expect(
            lines.allSatisfy { $0.count <= width }, "\(curves) curves on \(width) x \(height)")
        }
      }
    }
  }

  @Test func partsThatDoNotFitAreLeftOutFromTheEnd() {
    let lines = screen().lines(width: 45, height: 5, isColored: false)
    #expect(lines[1] == "[█████░░░░░░░░░░░░░░░]  25 %  step 20/80")
  }

  @Test func aNoticeIsWrapped() {
    var screen = screen(curves: 0)
    screen.notice = "no new line for 0:05:12: the run seems not to go on"
    let lines = screen.lines(width: 30, height: 20, isColored: false)
    #expect(lines[3...4] == ["no new line for 0:05:12: the", "run seems not to go on"])
  }

  @Test func colorsChangeNoCharacter() {
    let plain = screen().lines(width: 80, height: 24, isColored: false)
    let colored = screen().lines(width: 80, height: 24, isColored: true)
    #expect(!plain.joined().contains("\u{1B}"))
    #expect(colored[0] == "\u{1B}[1mruns/one\u{1B}[0m")
    let stripped = colored.map { $0.replacing(/\u{1B}\[[0-9]+m/, with: "") }
    #expect(stripped == plain)
  }

  @Test func anUnknownEndHasAnEmptyBar() {
    var screen = screen(curves: 0)
    screen.fraction = nil
    let lines = screen.lines(width: 60, height: 5, isColored: false)
    #expect(lines[1] == "[                    ]  step 20/80  epoch 3/10")
  }

  private func screen(curves: Int = 2) -> RunScreen {
    let names = ["loss", "NELBO", "MSE", "KL"]
    let values: [(Int) -> Double] = [
      { 100 - Double($0) }, { $0 % 20 < 10 ? 1 : 0 }, { Double($0 * $0) }, { _ in 7 },
    ]
    return RunScreen(
      title: "runs/one", fraction: 0.25, place: ["step 20/80", "epoch 3/10"],
      pace: ["0:00:28 left", "80 samples/s"], notice: nil,
      curves: (0..<curves).map { number in
        Curve(
          names[number], (0...20).map { Curve.Point(step: 4 * $0, value: values[number](4 * $0)) })
      })
  }
}
