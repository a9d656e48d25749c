import DataParallel
import Datasets
import Foundation
import MPI
import Models
import Tensors
import Training

/// A trainer on made-up data for measurements; with a linear encoder, posterior rates have a chosen distribution.
///
/// Inputs are standard normal and so is each latent's u, times a deviation: posterior rates are
/// log-normal with mean 0.1 and largest near 5 among half a million, as late in a training run. The
/// learning rate is 0, so that every step does the same work.
enum BenchmarkModel {
  /// The deviation of u, and the prior's log rate: e^(ρ + σ²/2) = 0.1 and e^(ρ + 4.8σ) near 5.
  private static let deviation = 0.88
  private static let logPrior = log(0.1) - deviation * deviation / 2

  /// Settings of the step that is measured: the run's own, on fixed schedules.
  static func settings(
    _ run: RunConfiguration, mode: ReductionMode? = nil
  ) -> Trainer.Setup {
    var run = run
    let side = run.data.name.imageSide
    if run.model.family == .poisson, run.model.encoder.isLinear {
      run.model.initialScale = deviation / Double(side)
      run.model.prior.distribution = .constant
      run.model.prior.clamp = logPrior
    }
    run.training.learningRate = 0
    run.training.learningRateSchedule.floor = 0
    run.training.weightDecay = 0
    run.training.temperature.start = run.training.temperature.stop
    run.training.betaSchedule.start = run.training.beta
    run.model.sparseCoding.thresholdStart = run.model.sparseCoding.threshold
    run.reduction.mode = mode ?? run.reduction.mode
    return Trainer.Setup(
      model: run.model, training: run.training, reduction: run.reduction, seed: run.seed,
      height: side, width: side, samples: 4 * run.training.batch, evaluationChunk: 1)
  }

  /// Makes the trainer.
  static func trainer(_ setup: Trainer.Setup, on world: Communicator) throws -> Trainer {
    try Trainer(setup, on: world) { range, samples in
      var stream = RandomStream(seed: setup.seed, purpose: .synthesis, range.lowerBound)
      for i in samples.indices { samples[i] = Float(stream.normal()) }
    }
  }

  /// Measures calls of `body` one by one.
  ///
  /// - Returns: Milliseconds of each call, in ascending order.
  static func milliseconds(calls: Int, warmUp: Int, _ body: () throws -> Void) rethrows -> [Double]
  {
    for _ in 0..<warmUp { try body() }
    let clock = ContinuousClock()
    return try (0..<calls).map { _ in try clock.measure { try body() } / .milliseconds(1) }.sorted()
  }
}

/// The middle one of some measurements; not a number if there are none.
func median(_ values: [Double]) -> Double {
  values.isEmpty ? .nan : values.sorted()[values.count / 2]
}
