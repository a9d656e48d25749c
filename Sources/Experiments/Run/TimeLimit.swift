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
  /// For what nobody measures: the end of the process, a clock that differs.
  private static let margin = Duration.seconds(2)

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
  /// Reads a time as Slurm writes it: minutes, minutes:seconds, hours:minutes:seconds, days-hours,
  /// days-hours:minutes or days-hours:minutes:seconds; or, with an s behind it, seconds.
  ///
  /// - Parameter text: The time.
  /// - Returns: The duration; `nil` where it is none, or zero.
  public static func duration(_ text: String) -> Duration? {
    if text.hasSuffix("s") { return positive(numbers(text.dropLast(), ":", 1).map { $0[0] }) }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    if parts.count == 2 {
      guard let days = numbers(parts[0], ":", 1), let rest = numbers(parts[1], ":", 3)
      else { return nil }
      let clock = rest + [0, 0]
      return positive(((days[0] * 24 + clock[0]) * 60 + clock[1]) * 60 + clock[2])
    }
    guard parts.count == 1, let clock = numbers(parts[0], ":", 3) else { return nil }
    switch clock.count {
    case 1: return positive(clock[0] * 60)
    case 2: return positive(clock[0] * 60 + clock[1])
    default: return positive((clock[0] * 60 + clock[1]) * 60 + clock[2])
    }
  }

  private static func positive(_ seconds: Int?) -> Duration? {
    seconds.flatMap { $0 > 0 ? .seconds($0) : nil }
  }

  /// Whole numbers of at most seven digits, at most so many of them.
  private static func numbers(
    _ text: Substring, _ separator: Character, _ most: Int
  ) -> [Int]? {
    let words = text.split(separator: separator, omittingEmptySubsequences: false)
    let numbers = words.compactMap { word in
      word.count <= 7 && word.allSatisfy { ("0"..."9").contains($0) } ? Int(word) : nil
    }
    return numbers.count == words.count && numbers.count <= most ? numbers : nil
  }
}
