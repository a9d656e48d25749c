import Foundation

/// How the values of an axis without a list of them are distributed.
enum AxisLaw: Sendable, Equatable {
  /// Every value between two bounds alike.
  case uniform(Double, Double)
  /// Every logarithm alike.
  case logUniform(Double, Double)
  /// The normal law of a mean and a deviation.
  case normal(Double, Double)
  /// Every whole number from the first to the second alike.
  case integer(Int, Int)

  /// The value at a coordinate.
  ///
  /// - Parameter u: From 0 to 1, below which that share of the values lies.
  /// - Returns: The value, to six digits.
  func text(at u: Double) -> String {
    switch self {
    case .uniform(let low, let high): Self.text(low + u * (high - low))
    case .logUniform(let low, let high): Self.text(low * pow(high / low, u))
    case .normal(let mean, let deviation): Self.text(mean + deviation * normalQuantile(u))
    case .integer(let low, let high): "\(low + min(high - low, Int(u * Double(high - low + 1))))"
    }
  }

  /// A number with as few digits as read back the same, after rounding to six.
  static func text(_ value: Double) -> String {
    let rounded = Double(String(format: "%.6g", value)) ?? value
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
  }
}

/// The quantile of the standard normal law.
///
/// A rational approximation, made exact by Newton's method on the logarithm of the tail. Source of the
/// approximation: Abramowitz & Stegun, "Handbook of Mathematical Functions", 1964, 26.2.23.
func normalQuantile(_ probability: Double) -> Double {
  let p = min(max(probability, 1e-300), 1 - 1e-16)
  let tail = min(p, 1 - p)
  let t = (-2 * log(tail)).squareRoot()
  let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
  let denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
  var x = t - numerator / denominator
  for _ in 0..<4 {
    let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
    let above = erfc(x / 2.0.squareRoot()) / 2
    if density > 0, above > 0 { x += (above / density) * log(above / tail) }
  }
  return p < 0.5 ? -x : x
}
