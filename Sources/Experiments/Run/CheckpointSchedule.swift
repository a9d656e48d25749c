import Checkpoints
import Foundation

/// When a run's checkpoints are due.
struct CheckpointSchedule {
  private let configuration: CheckpointConfiguration
  private var last: ContinuousClock.Instant
  private var cost: Duration?

  /// Until a checkpoint has been written, what one costs is not known: an early one measures it.
  private static let first = Duration.seconds(30)

  /// Starts to count.
  init(_ configuration: CheckpointConfiguration, now: ContinuousClock.Instant = .now) {
    self.configuration = configuration
    last = now
  }

  /// Takes note of a checkpoint, or of a failure to write one, which is as expensive.
  mutating func note(cost: Duration, now: ContinuousClock.Instant = .now) {
    self.cost = max(self.cost ?? .zero, cost)
    last = now
  }

  /// Whether one is due after a step; the same on every rank.
  func isDue(step: Int) -> Bool {
    if case .steps(let interval) = configuration.interval { step % interval == 0 } else { false }
  }

  /// Whether one is due by the clock: one rank's answer counts for all.
  func isDue(now: ContinuousClock.Instant = .now) -> Bool {
    guard configuration.interval == .auto else { return false }
    guard let cost else { return now - last >= CheckpointSchedule.first }
    let seconds = CheckpointSchedule.interval(
      cost: cost / .seconds(1), mtbf: configuration.mtbfHours * 3600)
    return now - last >= .seconds(seconds)
  }

  /// The time between checkpoints that loses least, to checkpoints and to work done twice.
  ///
  /// √(2CM)·(1 + ⅓√(C/2M) + ⅑·C/2M) − C, or M where C ≥ 2M. Sources: Young, "A first order approximation
  /// to the optimum checkpoint interval", CACM 1974; Daly, "A higher order estimate of the optimum
  /// checkpoint interval for restart dumps", FGCS 2006, equation 37.
  ///
  /// - Parameters:
  ///   - cost: C, seconds that a checkpoint takes.
  ///   - mtbf: M, mean seconds between failures.
  /// - Returns: Seconds from the end of one checkpoint to the start of the next.
  static func interval(cost: Double, mtbf: Double) -> Double {
    if cost >= 2 * mtbf { return mtbf }
    let ratio = cost / (2 * mtbf)
    return (2 * cost * mtbf).squareRoot() * (1 + ratio.squareRoot() / 3 + ratio / 9) - cost
  }
}
