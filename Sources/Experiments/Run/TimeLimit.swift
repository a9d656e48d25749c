/// The time at which a run must have ended, and how much of it is kept back for the last checkpoint.
public struct TimeLimit {
  /// The end.
  private let end: ContinuousClock.Instant
  /// The longest time from one look at the clock to the next: a step, with validation and
  /// checkpoint where they were due.
  private var longestRound = Duration.zero
  private var longestCheckpoint: Duration?
  private var lastLook: ContinuousClock.Instant?

  /// What a checkpoint is taken to cost before one was written.
  private static let unknownCheckpoint = Duration.seconds(5)
  /// For what nobody measures: the start and the end of the launcher, which take mpirun two seconds.
  private static let margin = Duration.seconds(4)

  /// Sets an end.
  ///
  /// - Parameter end: When the process must be gone.
  public init(end: ContinuousClock.Instant) { self.end = end }

  /// Takes note of how long a checkpoint took.
  mutating func note(checkpoint: Duration) {
    longestCheckpoint = max(longestCheckpoint ?? .zero, checkpoint)
  }

  /// Whether another round might not leave enough time for a checkpoint; asked once a round.
  mutating func isNear(now: ContinuousClock.Instant = .now) -> Bool {
    if let lastLook { longestRound = max(longestRound, now - lastLook) }
    lastLook = now
    // Disks and neighbours vary: twice the longest so far.
    let checkpoint = longestCheckpoint.map { $0 * 2 } ?? TimeLimit.unknownCheckpoint
    return now + longestRound * 2 + checkpoint + TimeLimit.margin >= end
  }
}

extension TimeLimit {
  /// Reads a time as Slurm writes it (see ``JobTime``), or, with an s behind it, seconds.
  ///
  /// - Parameter text: The time.
  /// - Returns: The duration; `nil` where it is none, or zero.
  public static func duration(_ text: String) -> Duration? {
    guard text.hasSuffix("s") else { return JobTime(text).map { .seconds($0.seconds) } }
    let digits = text.dropLast()
    guard digits.count <= 9, digits.allSatisfy({ ("0"..."9").contains($0) }),
      let seconds = Int(digits), seconds > 0
    else { return nil }
    return .seconds(seconds)
  }
}
