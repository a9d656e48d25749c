import Foundation

/// What changes from step to step: β, the temperature, the learning rate and the bound of the
/// gradient's norm.
///
/// All are functions of the step alone, counted from 0, so that a resumed run finds them as they
/// were. Source: the published code of Vafaii, Galor & Yates (2024).
public struct Schedules: Sendable {
  /// The number of steps over which schedules run their course.
  public let steps: Int
  private let configuration: TrainingConfiguration
  private let warmUp: Int
  private let halfPeriod: Double

  /// Lays the schedules over a run.
  ///
  /// - Parameters:
  ///   - configuration: Their parameters.
  ///   - stepsPerEpoch: Number of batches in an epoch.
  public init(_ configuration: TrainingConfiguration, stepsPerEpoch: Int) {
    self.configuration = configuration
    let steps = configuration.scheduleSteps ?? configuration.epochs * stepsPerEpoch
    self.steps = steps
    let schedule = configuration.learningRateSchedule
    let wanted =
      schedule.warmUpShare.map { Int(($0 * Double(steps)).rounded(.up)) }
      ?? schedule.warmUpEpochs * stepsPerEpoch
    warmUp = min(wanted, steps)
    halfPeriod = max(1, Double(steps - warmUp) / Double(2 * schedule.restarts + 1))
  }

  /// The share of the schedules' steps in which the learning rate still rises.
  public var warmUpShare: Double { Double(warmUp) / Double(max(1, steps)) }

  /// The weight of the KL: the start value while it is held, then rising linearly to β.
  ///
  /// - Parameter step: The step.
  /// - Returns: β at the step.
  public func beta(_ step: Int) -> Double {
    let schedule = configuration.betaSchedule
    let start = Int((schedule.hold * Double(steps)).rounded(.up))
    let end = Int(((schedule.hold + schedule.anneal) * Double(steps)).rounded(.up))
    guard step >= start else { return schedule.start }
    guard step < end else { return configuration.beta }
    return interpolate(
      from: schedule.start, to: configuration.beta, position: step - start, count: end - start)
  }

  /// The temperature of the relaxed sample.
  ///
  /// - Parameter step: The step.
  /// - Returns: τ at the step.
  public func temperature(_ step: Int) -> Double {
    let temperature = configuration.temperature
    let count = annealedSteps
    guard step < count else { return temperature.stop }
    switch temperature.schedule {
    case .linear:
      return interpolate(
        from: temperature.start, to: temperature.stop, position: step, count: count)
    case .exponential:
      guard count > 1 else { return temperature.stop }
      let decay = -Double(count) / Double(count - 1) * log(temperature.stop / 100)
      return temperature.stop
        + (temperature.start - temperature.stop) * exp(-decay * Double(step) / Double(count))
    }
  }

  /// Whether the temperature has reached its end.
  ///
  /// - Parameter step: The step.
  /// - Returns: From this step on, the temperature stays.
  public func isCold(_ step: Int) -> Bool { step >= annealedSteps - 1 }

  /// The learning rate: a linear warm-up from 0, then half periods of a cosine.
  ///
  /// - Parameter step: The step.
  /// - Returns: The learning rate of the step.
  public func learningRate(_ step: Int) -> Double {
    let peak = configuration.learningRate
    guard step >= warmUp else { return peak * Double(step) / Double(warmUp) }
    let floor = configuration.learningRateSchedule.floor
    let phase = Double.pi * Double(min(step, steps) - warmUp) / halfPeriod
    return floor + (peak - floor) * (1 + cos(phase)) / 2
  }

  /// The bound of the gradient's norm, which is wider during the warm-up.
  ///
  /// - Parameter step: The step.
  /// - Returns: The bound, if there is one.
  public func gradientBound(_ step: Int) -> Double? {
    configuration.gradientClip.map { step < warmUp ? $0 * configuration.warmUpClipFactor : $0 }
  }

  private var annealedSteps: Int {
    Int((configuration.temperature.anneal * Double(steps)).rounded(.up))
  }

  /// The value at `position` among `count` equally spaced ones, the ends included.
  private func interpolate(
    from start: Double, to end: Double, position: Int, count: Int
  ) -> Double {
    guard count > 1 else { return start }
    guard position < count - 1 else { return end }
    return start + (end - start) * Double(position) / Double(count - 1)
  }
}
