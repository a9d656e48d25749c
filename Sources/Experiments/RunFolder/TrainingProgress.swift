internal import Foundation

/// How far a run has come.
public struct TrainingProgress: ProgressLine, Equatable, Sendable {
  /// The epoch under way, from 1.
  public var epoch: Int
  /// Epochs of the whole run.
  public var epochs: Int
  /// Optimizer updates so far.
  public var step: Int
  /// Optimizer updates of the whole run.
  public var steps: Int
  /// The last loss, in nats per sample.
  public var loss: Double
  /// Training samples per second, over all ranks.
  public var samplesPerSecond: Double
  /// Estimated seconds to the end; not finite where unknown.
  public var secondsLeft: Double

  /// States how far a run has come.
  ///
  /// - Parameters:
  ///   - epoch: The epoch under way, from 1, and how many there are.
  ///   - step: Optimizer updates so far, and of the whole run.
  ///   - loss: The last loss, in nats per sample.
  ///   - samplesPerSecond: Training samples per second, over all ranks.
  ///   - secondsLeft: Estimated seconds to the end; not finite where unknown.
  public init(
    epoch: (Int, of: Int), step: (Int, of: Int), loss: Double, samplesPerSecond: Double,
    secondsLeft: Double
  ) {
    self.epoch = epoch.0
    epochs = epoch.of
    self.step = step.0
    steps = step.of
    self.loss = loss
    self.samplesPerSecond = samplesPerSecond
    self.secondsLeft = secondsLeft
  }

  /// Describes the progress in one line.
  ///
  /// - Parameter width: Columns at hand; parts are left out, the least important first, until the
  ///   line fits.
  /// - Returns: As `epoch 3/400  step 1200/96000  loss 161.23  5321 samples/s  1:02:03 left`.
  public func line(width: Int) -> String {
    let parts = [
      (rank: 2, text: "epoch \(epoch)/\(epochs)"),
      (rank: 0, text: "step \(step)/\(steps)"),
      (rank: 1, text: "loss \(Self.short(loss))"),
      (rank: 4, text: "\(Self.short(samplesPerSecond)) samples/s"),
      (rank: 3, text: "\(durationText(secondsLeft)) left"),
    ]
    for rank in parts.indices.reversed() {
      let line = parts.filter { $0.rank <= rank }.map(\.text).joined(separator: "  ")
      if line.count <= width || rank == 0 { return String(line.prefix(max(0, width))) }
    }
    return ""
  }

  /// Five digits without an exponent where they suffice.
  private static func short(_ value: Double) -> String {
    abs(value) >= 1e4 && abs(value) < 1e15
      ? String(Int(value.rounded())) : String(format: "%.5g", value)
  }
}

/// Writes a time as hours, minutes and seconds, `1:02:03`.
///
/// - Parameter seconds: The time; rounded.
/// - Returns: `?:??:??` where the time is negative, not finite or beyond reason.
public func durationText(_ seconds: Double) -> String {
  guard seconds >= 0 && seconds < 1e12 else { return "?:??:??" }
  let whole = Int(seconds.rounded())
  return String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
}
