import MPI

/// Shows how far a run has come: one line rewritten on a terminal, now and then a line elsewhere.
///
/// A class because the callback of the steps and the messages of the run share the one line.
public final class ProgressDisplay {
  /// Seconds between two updates of a terminal's line: five in a second.
  static let liveInterval = 0.2
  /// Seconds between two lines elsewhere.
  static let plainInterval = 10.0
  private static let backAndErase = "\r\u{1B}[K"

  private let live: Bool
  private let width: () -> Int
  private let seconds: () -> Double
  private let output: (String) -> Void
  private let warningOutput: ((String) -> Void)?
  private var passedOver: (any ProgressLine)?
  private var shown: (any ProgressLine)?
  private var shownAt: Double?

  /// Sets up a display that shows nothing yet.
  ///
  /// - Parameters:
  ///   - live: Whether the output is a terminal; see ``TerminalDetection``.
  ///   - width: The terminal's columns, asked at each update, since its window may change.
  ///   - seconds: A clock that never goes back.
  ///   - output: Writes a text at once, without adding a line break.
  ///   - warningOutput: Writes a line of warning, where that is not to go where all else goes.
  public init(
    live: Bool, width: @escaping () -> Int = { 80 },
    seconds: @escaping () -> Double = monotonicSeconds, output: @escaping (String) -> Void,
    warningOutput: ((String) -> Void)? = nil
  ) {
    self.live = live
    self.width = width
    self.seconds = seconds
    self.output = output
    self.warningOutput = warningOutput
  }

  /// Shows the progress, unless the last was shown too short a time ago.
  ///
  /// - Parameter progress: How far the run, or its last work, has come.
  public func update(_ progress: any ProgressLine) {
    let now = seconds()
    let interval = live ? Self.liveInterval : Self.plainInterval
    if let shownAt, now - shownAt < interval {
      passedOver = progress
      return
    }
    show(progress, at: now)
  }

  /// Prints a full line of its own, above the live one.
  ///
  /// - Parameter text: Without a line break at its end.
  public func message(_ text: String) {
    let text = text.printable(keepsLineBreaks: true)
    guard live, let shown else { return output("\(text)\n") }
    output("\(Self.backAndErase)\(text)\n\(fitted(shown))")
  }

  /// Prints a warning, which `--quiet` does not silence.
  ///
  /// - Parameter text: Without the word itself and a line break.
  public func warn(_ text: String) {
    if let warningOutput { warningOutput("warning: \(text)") } else { message("warning: \(text)") }
  }

  /// Shows the last progress if it was passed over, and ends the live line.
  ///
  /// Afterwards the display is as new.
  public func finish() {
    if let passedOver { show(passedOver, at: seconds()) }
    if live && shown != nil { output("\n") }
    shown = nil
    shownAt = nil
  }

  private func show(_ progress: any ProgressLine, at now: Double) {
    passedOver = nil
    shown = progress
    shownAt = now
    // The new text first and the erasure behind it: the other way round the line would flicker.
    output(live ? "\r\(fitted(progress))\u{1B}[K" : "\(progress.line())\n")
  }

  /// One column less than there are: in the last one some terminals break the line.
  private func fitted(_ progress: any ProgressLine) -> String { progress.line(width: width() - 1) }
}

/// Reads the system's clock that never goes back.
///
/// - Returns: Seconds since a moment of no importance.
public func monotonicSeconds() -> Double {
  let time = ContinuousClock.now - clockStart
  return Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
}

private let clockStart = ContinuousClock.now
