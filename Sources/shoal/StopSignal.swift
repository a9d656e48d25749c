import Foundation

/// Asks the run to stop when the process is told to end; a second signal ends it at once, and so
/// does the first one before the run has begun to ask.
///
/// Except for Ctrl-C the second one counts only when it comes later: a batch system that preempts a
/// job without grace sends each rank the same signal twice within a second (seen with Slurm 22.05).
enum StopSignal {
  /// The signals that ask: from the terminal, the launcher and the batch system.
  private static let signals = [SIGINT, SIGTERM, SIGUSR1, SIGUSR2]

  /// Whether one has arrived.
  static var hasArrived: Bool {
    isAsked = 1
    return arrived != 0
  }

  /// The exit code of what the same command will go on with: EX_TEMPFAIL of `sysexits.h`.
  static let exitCode: Int32 = 75

  /// Starts to watch for them.
  ///
  /// - Parameter isSilent: Whether somebody else says why the processes ended.
  static func watch(isSilent: Bool) {
    if isSilent { message = "" }
    // A process inherits which signals are held back from whoever starts it.
    var awaited = sigset_t()
    sigemptyset(&awaited)
    for number in signals { sigaddset(&awaited, number) }
    pthread_sigmask(SIG_UNBLOCK, &awaited, nil)
    for number in signals {
      signal(number) { number in
        if isAsked == 0 {
          message.withUTF8Buffer { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
          _exit(StopSignal.exitCode)
        }
        if arrived != 0, number == SIGINT || time(nil) - arrivedAt >= 2 {
          signal(number, SIG_DFL)
          raise(number)
        }
        if arrived == 0 { arrivedAt = time(nil) }
        arrived = 1
      }
    }
  }
}

/// Written by the signal handler, which may touch nothing but such a variable.
nonisolated(unsafe) private var arrived: sig_atomic_t = 0
nonisolated(unsafe) private var arrivedAt: time_t = 0
/// Read by it.
nonisolated(unsafe) private var isAsked: sig_atomic_t = 0
nonisolated(unsafe) private var message: StaticString =
  "shoal: stopped by a signal before it trained; the same command begins again\n"
