import ArgumentParser
import Experiments
import Foundation
import MPI

/// Shows a run that goes on elsewhere.
struct WatchCommand: WorldCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show the progress and the curves of a run that goes on elsewhere, as in a job.")

  /// How often the folder is looked at, and the terminal's size, in microseconds.
  private static let interval = (folder: 500_000, size: 100_000)

  @Argument(help: "The run's folder.")
  var path: String

  @Flag(help: "Show one picture and end, as where the output is no terminal.")
  var once = false

  func run(on world: Communicator) throws -> Int32 {
    try onFirstRank(world) {
      let terminal = TerminalDetection()
      var watch = try RunWatch(path)
      if terminal.isTerminal, !once, !isDumb {
        try follow(&watch, terminal)
      }
      // One row less, for the prompt.
      let size = (terminal.size.columns, terminal.size.rows - 1)
      write(try draw(&watch, size, terminal).joined(separator: "\n") + "\n")
    }
    return 0
  }

  /// Draws again and again on the terminal's other screen, until the run ends or Ctrl-C comes.
  private func follow(_ watch: inout RunWatch, _ terminal: TerminalDetection) throws {
    StopSignal.watch(isSilent: true)
    write("\u{1B}[?1049h\u{1B}[?25l")
    defer { write("\u{1B}[?25h\u{1B}[?1049l") }
    while !StopSignal.hasArrived {
      let size = terminal.size
      let lines = try draw(&watch, size, terminal)
      // Each line erases what is behind it: to erase all first would flicker.
      write("\u{1B}[H" + lines.map { "\($0)\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J")
      if watch.outcome != nil { return }
      wait(while: size, terminal)
    }
  }

  /// Waits until the folder is to be looked at again, the window has another size, or a signal
  /// comes.
  private func wait(while size: (columns: Int, rows: Int), _ terminal: TerminalDetection) {
    for _ in 0..<Self.interval.folder / Self.interval.size
    where !StopSignal.hasArrived && terminal.size == size {
      usleep(UInt32(Self.interval.size))
    }
  }

  private func draw(
    _ watch: inout RunWatch, _ size: (columns: Int, rows: Int), _ terminal: TerminalDetection
  ) throws -> [String] {
    let isColored = terminal.isTerminal && !isDumb && variable("NO_COLOR").isEmpty
    return try watch.draw(now: .now, size: size, isColored: isColored)
  }

  /// Whether the terminal knows no sequences.
  private var isDumb: Bool { variable("TERM") == "dumb" }

  private func variable(_ name: String) -> String {
    ProcessInfo.processInfo.environment[name] ?? ""
  }

  private func write(_ text: String) { writeText(text, to: STDOUT_FILENO) }
}
