internal import Dispatch
internal import Foundation
internal import Synchronization

/// Ends this process when an operation that cannot be interrupted takes too long.
final class BlockingGuard: Sendable {
  // A class because its thread and the main thread look at the same operation; a thread and a lock,
  // which are nowhere else, because the main thread is then inside a library.

  /// What is under way.
  private struct Operation {
    let place: String
    var patience: Patience
    let timeout: Duration
    let onExpiry: @Sendable () -> String?
  }

  private let current = Mutex<(operation: Operation?, hasThread: Bool)>((nil, false))

  /// Begins an operation; on the main thread.
  func enter(_ place: String, timeout: Duration, onExpiry: @escaping @Sendable () -> String?) {
    let needsThread = current.withLock { state in
      state.operation = Operation(
        place: place, patience: Patience(timeout), timeout: timeout, onExpiry: onExpiry)
      defer { state.hasThread = true }
      return !state.hasThread
    }
    if needsThread { Thread.detachNewThread { self.watch() } }
  }

  /// The operation is over.
  func leave() { current.withLock { $0.operation = nil } }

  /// Says what can be found out, unless that hangs too.
  private func explain(_ operation: Operation) {
    let isOver = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      if let text = operation.onExpiry() { printError("\(operation.place): \(text)") }
      isOver.signal()
    }
    _ = isOver.wait(timeout: .now() + 5)
  }

  private func watch() {
    while true {
      usleep(100_000)
      let late = current.withLock { state -> Operation? in
        guard state.operation?.patience.hasEnded() == true else { return nil }
        return state.operation
      }
      guard let late else { continue }
      // The main thread is inside a library and holds whatever locks it holds: nothing but the
      // message and the end is safe. The launcher ends the other ranks.
      let seconds = late.timeout.wholeSeconds
      printError("\(late.place): no progress for \(seconds) s; a file system or a rank hangs")
      explain(late)
      _exit(MPIError.stallExitCode)
    }
  }
}
