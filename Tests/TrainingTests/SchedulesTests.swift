import Foundation
import Testing

@testable import Training

@Suite struct SchedulesTests {
  private let paper = Schedules(.paper, stepsPerEpoch: 80)

  @Test func betaRisesOverTheFirstHalf() {
    // n = 240,000: β₀ = 1e-4, β₁₁₉₉₉₉ = 1.
    #expect(paper.steps == 240_000)
    #expect(paper.beta(0) == 1e-4)
    #expect(abs(paper.beta(60_000) - (1e-4 + 0.9999 * 60_000 / 119_999)) < 1e-12)
    #expect(paper.beta(119_998) < 1)
    #expect(paper.beta(119_999) == 1)
    #expect(paper.beta(239_999) == 1)
  }

  @Test func theWarmUpsShareIsThatOfTheSchedule() {
    #expect(paper.warmUpShare == 5.0 / 3000)
    var configuration = TrainingConfiguration.paper
    configuration.epochs = 4
    #expect(Schedules(configuration, stepsPerEpoch: 80).warmUpShare == 1)
    configuration.learningRateSchedule.warmUpShare = 0.05
    #expect(Schedules(configuration, stepsPerEpoch: 80).warmUpShare == 0.05)
  }

  @Test func betaIsHeldBeforeItRises() {
    var configuration = TrainingConfiguration.paper
    configuration.betaSchedule.hold = 0.01
    configuration.beta = 4
    let schedules = Schedules(configuration, stepsPerEpoch: 80)
    #expect(schedules.beta(2399) == 1e-4)
    #expect(schedules.beta(2400) == 1e-4)
    #expect(schedules.beta(2401) > 1e-4)
    #expect(schedules.beta(122_399) == 4)
  }

  @Test func theTemperatureFallsOverTheFirstHalf() {
    #expect(paper.temperature(0) == 1)
    #expect(abs(paper.temperature(119_999) - 0.05) < 1e-15)
    #expect(paper.temperature(120_000) == 0.05)
    #expect(!paper.isCold(119_998))
    #expect(paper.isCold(119_999))
  }

  @Test func theExponentialTemperatureIsTheFormula() {
    var configuration = TrainingConfiguration.paper
    configuration.temperature.schedule = .exponential
    configuration.epochs = 2
    let schedules = Schedules(configuration, stepsPerEpoch: 100)
    let c = -(100.0 / 99.0) * log(0.05 / 100)
    for step in [0, 1, 50, 99] {
      let expected = 0.05 + 0.95 * exp(-c * Double(step) / 100)
      #expect(abs(schedules.temperature(step) - expected) < 1e-12)
    }
    #expect(schedules.temperature(100) == 0.05)
  }

  @Test func theLearningRateWarmsUpAndFallsAsACosine() {
    #expect(paper.learningRate(0) == 0)
    #expect(paper.learningRate(200) == 2.5e-3)
    #expect(paper.learningRate(400) == 5e-3)
    let middle = 400 + (240_000 - 400) / 2
    #expect(abs(paper.learningRate(middle) - (1e-5 + 4.99e-3 / 2)) < 1e-12)
    #expect(abs(paper.learningRate(240_000) - 1e-5) < 1e-12)
  }

  @Test func restartsMakeTheCosineRiseAgain() {
    var configuration = TrainingConfiguration.paper
    configuration.epochs = 1200
    configuration.learningRateSchedule.restarts = 2
    let schedules = Schedules(configuration, stepsPerEpoch: 300)
    let half = 1195 * 300 / 5
    let ends = (0...5).map { schedules.learningRate(1500 + half * $0) }
    for (index, rate) in ends.enumerated() {
      #expect(abs(rate - (index % 2 == 0 ? 5e-3 : 1e-5)) < 1e-12, "half period \(index)")
    }
  }

  @Test func theWarmUpOf2026IsAShareOfAllSteps() {
    var configuration = TrainingConfiguration.paper
    configuration.learningRateSchedule.warmUpShare = 0.01
    let schedules = Schedules(configuration, stepsPerEpoch: 80)
    #expect(schedules.learningRate(1200) == 2.5e-3)
    #expect(schedules.learningRate(2400) == 5e-3)
  }

  @Test func theNormIsBoundedThreeTimesAsWideInTheWarmUp() {
    #expect(paper.gradientBound(399) == 1500)
    #expect(paper.gradientBound(400) == 500)
    var configuration = TrainingConfiguration.paper
    configuration.gradientClip = nil
    #expect(Schedules(configuration, stepsPerEpoch: 80).gradientBound(0) == nil)
  }

  @Test func schedulesOfAShortRunStayFinite() {
    for (epochs, stepsPerEpoch) in [(1, 1), (1, 2), (2, 1), (6, 1)] {
      var configuration = TrainingConfiguration.paper
      configuration.epochs = epochs
      let schedules = Schedules(configuration, stepsPerEpoch: stepsPerEpoch)
      for step in 0..<epochs * stepsPerEpoch {
        #expect(schedules.learningRate(step).isFinite)
        #expect((1e-4...1).contains(schedules.beta(step)))
        #expect((0.05...1).contains(schedules.temperature(step)))
      }
    }
  }
}
