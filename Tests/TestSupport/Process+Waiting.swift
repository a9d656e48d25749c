public import Foundation

extension Process {
  /// Waits until this process has done something.
  ///
  /// - Parameters:
  ///   - event: What, for the message.
  ///   - hasHappened: Looks whether it has; asked every few milliseconds.
  /// - Throws: ``MissedEvent`` where the process ends without it, or after ``ProgramRun/limit``
  ///   seconds, when it is told to end.
  public func wait(for event: String, _ hasHappened: () throws -> Bool) throws {
    let end = ContinuousClock.now + .seconds(ProgramRun.limit)
    while true {
      // Asked before the event, which may come with the end.
      let (wasRunning, isLate) = (isRunning, ContinuousClock.now > end)
      if try hasHappened() { return }
      if !wasRunning { throw MissedEvent(event: event, status: terminationStatus) }
      if isLate {
        terminate()
        throw MissedEvent(event: event, status: nil)
      }
      usleep(2000)
    }
  }
}

/// Something that a test waited for in vain.
public struct MissedEvent: Error, CustomStringConvertible {
  /// What.
  public let event: String
  /// How the process ended; `nil` where it did not.
  public let status: Int32?

  /// The event, and why nobody waits any longer.
  public var description: String {
    let end = status.map { "the process ended with \($0)" } ?? "waited \(ProgramRun.limit) s"
    return "\(end), without \(event)"
  }
}
