import Dispatch
import Foundation
import Synchronization

/// Says for the holder of a turn that it lives, whatever it is about.
final class LifeSigns: Sendable {
  // A class with a thread of its own: between two steps there may be minutes of other work, and one
  // that is silent for so long counts as gone.

  /// Seconds between two signs.
  private static let interval = 10.0

  private let lock: TurnLock
  private let turn: Int
  private let isOver = DispatchSemaphore(value: 0)
  private let isLost = Atomic(false)

  /// Begins to give signs.
  ///
  /// - Parameters:
  ///   - lock: The turns.
  ///   - turn: The holder's.
  init(_ lock: TurnLock, _ turn: Int) {
    (self.lock, self.turn) = (lock, turn)
    Thread.detachNewThread { self.give() }
  }

  /// Whether another process has the turn meanwhile.
  var areInVain: Bool { isLost.load(ordering: .relaxed) }

  /// Gives no more signs.
  func end() { isOver.signal() }

  private func give() {
    // Signals are for the main thread.
    var all = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, nil)
    var misses = 0
    while isOver.wait(timeout: .now() + LifeSigns.interval) == .timedOut {
      guard (try? lock.holds(turn)) == false else {
        misses = 0
        lock.giveSign(of: turn)
        continue
      }
      if let holder = try? lock.holder(), !lock.isOwn(holder) {
        // A folder that cannot be read well for a moment is no loss.
        misses += 1
        if misses > 1 { isLost.store(true, ordering: .relaxed) }
      } else {
        // Somebody has removed the lock. What fails now is tried again with the next sign.
        try? lock.restore(turn)
      }
    }
  }
}
