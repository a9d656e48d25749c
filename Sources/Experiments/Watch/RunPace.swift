import Training

/// How far a run has come and how fast it goes, from the lines of its log.
struct RunPace {
  /// Lines from which the speed is taken: the newest, since the machine may do other things at
  /// times.
  private static let recent = 20

  let configuration: RunConfiguration
  /// The optimizer's updates so far.
  let step: Int
  /// The newest start, of which logs of earlier versions say nothing.
  private let start: MetricsLine?
  /// The epoch of the last line, from 1.
  private let lastEpoch: Int?
  /// Steps of an epoch, as far as the log tells: a start has their number, other lines the epoch of
  /// their step.
  private let stepsPerEpoch: ClosedRange<Int>?
  private let steps: ArraySlice<MetricsLine>

  init(_ configuration: RunConfiguration, _ lines: [MetricsLine]) {
    self.configuration = configuration
    step = lines.last?.step ?? 0
    // The run may have gone on with other ranks, and so with another speed.
    let begin = lines.lastIndex { $0.kind == .start }
    start = begin.map { lines[$0] }
    lastEpoch = lines.last?.epoch
    stepsPerEpoch = start?.stepsPerEpoch.map { $0...$0 } ?? Self.stepsPerEpoch(lines)
    steps = lines[(begin ?? 0)...].filter { $0.kind != .validation && $0.seconds != nil }
      .suffix(Self.recent)
  }

  /// Steps of the whole run; where no start was logged, `nil` until the log tells how many make an
  /// epoch.
  var totalSteps: Int? {
    start?.totalSteps ?? configuration.training.steps
      ?? exactStepsPerEpoch.flatMap {
        Int(count: Double($0) * Double(configuration.training.epochs))
      }
  }

  /// The epoch under way, from 1.
  var epoch: Int { lastEpoch ?? exactStepsPerEpoch.map { min(step / $0 + 1, totalEpochs) } ?? 1 }

  /// Epochs of the whole run.
  var totalEpochs: Int {
    guard let steps = start?.totalSteps ?? configuration.training.steps,
      let exact = exactStepsPerEpoch
    else { return configuration.training.epochs }
    return max(1, (steps - 1) / exact + 1)
  }

  /// How much is done, from 0 to 1; `nil` while the length of an epoch is unknown.
  var fraction: Double? { estimatedSteps.map { min(1, Double(step) / max(1, $0)) } }

  /// Training samples per second, over all ranks; `nil` before there are two lines.
  var samplesPerSecond: Double? { stepsPerSecond.map { $0 * Double(configuration.training.batch) } }

  /// Estimated seconds to the end; `nil` where unknown.
  var secondsLeft: Double? {
    guard let total = estimatedSteps, let speed = stepsPerSecond else { return nil }
    return max(0, total - Double(step)) / speed
  }

  /// The longest that the recent lines were apart, in seconds.
  var longestGap: Double? {
    let times = steps.compactMap(\.seconds)
    return zip(times, times.dropFirst()).map { $1 - $0 }.max()
  }

  private var exactStepsPerEpoch: Int? {
    stepsPerEpoch.flatMap { $0.count == 1 ? $0.lowerBound : nil }
  }

  private var estimatedSteps: Double? {
    if let steps = totalSteps { return Double(steps) }
    return stepsPerEpoch.map {
      Double($0.lowerBound + $0.upperBound) / 2 * Double(configuration.training.epochs)
    }
  }

  private var stepsPerSecond: Double? {
    guard let first = steps.first, let last = steps.last, let start = first.seconds,
      let end = last.seconds, end > start, last.step > first.step
    else { return nil }
    return Double(last.step - first.step) / (end - start)
  }

  /// Step s in epoch e: (e − 1)·n < s ≤ e·n for n steps an epoch.
  private static func stepsPerEpoch(_ lines: [MetricsLine]) -> ClosedRange<Int>? {
    var (least, most) = (1, Int.max)
    for line in lines {
      guard let epoch = line.epoch, epoch > 0 else { continue }
      least = max(least, (line.step + epoch - 1) / epoch)
      if epoch > 1 { most = min(most, (line.step - 1) / (epoch - 1)) }
    }
    return most < Int.max && least <= most ? least...most : nil
  }
}
