import Foundation
import Training

extension StepReport {
  /// The report as fields of the metrics log.
  var fields: [(String, MetricValue)] {
    [
      ("epoch", .integer(epoch)), ("loss", .number(loss)), ("mse", .number(mse)),
      ("kl", .number(kl)), ("gradient_norm", .number(gradientNorm)),
      ("largest_rate", .number(largestRate)), ("event_limit", .integer(eventLimit)),
      ("learning_rate", .number(learningRate)), ("temperature", .number(temperature)),
      ("beta", .number(beta)),
    ]
  }
}

/// A metric with three decimals, as messages show it.
func formatted(_ value: Double) -> String {
  String(format: "%.3f", value)
}
