@testable import Experiments

/// A sweep's results as tests want them.
struct MadeUpSweep {
  var name = "made up"
  var objective = "nelbo"
  var direction = SweepDirection.minimize
  var axes = ["training.beta"]
  var trials: [TrialResult] = []

  var results: SweepResults {
    SweepResults(
      name: name, objective: objective, direction: direction, axes: axes, trials: trials)
  }

  static func trial(
    _ number: Int, _ settings: [String: String], _ state: TrialResult.State = .finished,
    objective: Double? = nil, metrics: [(name: String, value: Double)] = [],
    error: String? = nil, seconds: Double = 1, retries: Int = 0, folder: String = "/nowhere"
  ) -> TrialResult {
    TrialResult(
      number: number, settings: settings, state: state, step: 100, objective: objective,
      metrics: metrics, digest: state == .finished ? "abc\(number)" : nil, error: error,
      seconds: seconds, retries: retries, folder: folder)
  }

  /// Four axes, of which one spans decades and one is of words, with failures and trials under way.
  static func large(_ count: Int = 40, folder: String = "/nowhere") -> MadeUpSweep {
    var sweep = MadeUpSweep()
    sweep.name = "rate & distortion <mnist>"
    sweep.axes = ["training.learning_rate", "model.family", "training.beta", "model.latents"]
    let families = ["poisson", "gaussian", "laplace"]
    sweep.trials = (0..<count).map { number in
      // Low-discrepancy points: spread without a random stream.
      func share(_ ratio: Double) -> Double {
        (Double(number) * ratio + 0.5).truncatingRemainder(dividingBy: 1)
      }
      let rate = 0.0001 * (share(0.8191725134) * 6.2).exponential
      let beta = 0.25 + 3.75 * share(0.6710436067)
      let family = number * 7 % 3
      let latents = [64, 128, 256, 512][Int(4 * share(0.5497004779))]
      let kl = 60 / beta + Double(latents) / 20 + 10 * share(0.45)
      let mse = 90 + 25 * beta + 4000 / Double(latents) + 15 * share(0.3) + Double(family) * 6
      let isBad = rate > 0.03
      let state: TrialResult.State =
        isBad
        ? .failed
        : number == count - 1
          ? .waiting
          : number == count - 2
            ? .running
            : number % 5 == 3 ? .stopped : .finished
      let hasResult = state != .waiting && state != .failed
      return trial(
        number,
        [
          "training.learning_rate": String(rate), "model.family": families[family],
          "training.beta": String(beta), "model.latents": "\(latents)",
        ], state, objective: hasResult ? kl + mse : nil,
        metrics: hasResult
          ? [("nelbo", kl + mse), ("mse", mse), ("kl", kl), ("lifetime_sparsity", share(0.77))]
          : [], error: isBad ? "the loss is not finite: nan at step \(17 + number)" : nil,
        seconds: 63, folder: "\(folder)/trials/\(number)")
    }
    return sweep
  }
}

extension Double {
  fileprivate var exponential: Double {
    // As a series it needs no import; 30 terms are exact for what is used here.
    var (sum, term) = (1.0, 1.0)
    for n in 1...40 {
      term *= self / Double(n)
      sum += term
    }
    return sum
  }
}
