import Evaluation
import Foundation
import Training

extension StepReport {
  /// The report as fields of the metrics log.
  var fields: [(String, MetricValue)] {
    let rates: [(String, MetricValue)] =
      rates.map {
        [("largest_rate", .number($0.largest)), ("event_limit", .integer($0.eventLimit))]
      } ?? []
    return [
      ("epoch", .integer(epoch)), ("loss", .number(loss)), ("mse", .number(mse)),
      ("kl", .number(kl)), ("gradient_norm", .number(gradientNorm)),
    ] + rates + [
      ("learning_rate", .number(learningRate)), ("temperature", .number(temperature)),
      ("beta", .number(beta)),
    ]
  }
}

extension EvaluationMetrics {
  /// The objective and what it is made of, as messages show it.
  var summary: String {
    if let energy {
      return "energy \(formatted(energy.energy)), squared error \(formatted(mse))"
    }
    return "\(formatted(nelbo)) = \(formatted(mse)) + \(formatted(kl))"
  }
}

/// A metric with three decimals, as messages show it.
func formatted(_ value: Double) -> String {
  String(format: "%.3f", value)
}
