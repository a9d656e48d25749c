import Models

@testable import Training

extension TrainingConfiguration {
  /// The recipe of the paper for natural images.
  static var paper: TrainingConfiguration {
    TrainingConfiguration(
      method: .mc, batch: 1000, epochs: 3000, steps: nil, scheduleSteps: nil, beta: 1,
      betaSchedule: BetaScheduleConfiguration(start: 1e-4, hold: 0, anneal: 0.5),
      temperature: TemperatureConfiguration(
        start: 1, stop: 0.05, anneal: 0.5, schedule: .linear), learningRate: 5e-3,
      learningRateSchedule: LearningRateScheduleConfiguration(
        floor: 1e-5, warmUpEpochs: 5, warmUpShare: nil, restarts: 0), gradientClip: 500,
      warmUpClipFactor: 3, weightDecay: 0,
      adamax: AdamaxConfiguration(firstMoment: 0.9, secondMoment: 0.999, epsilon: 1e-8),
      onRankFailure: .abort, validateEvery: 20, logEvery: 10)
  }
}
