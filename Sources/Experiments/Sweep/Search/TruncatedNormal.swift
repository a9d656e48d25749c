import Foundation
import Tensors

/// A normal distribution whose values are confined to the interval from 0 to 1.
struct TruncatedNormal: Sendable {
  /// The normal distribution's mean, from 0 to 1.
  let mean: Double
  /// Its standard deviation, at most 1, so that a third of its mass or more is in the interval.
  let deviation: Double

  /// Returns the density at a value of the interval.
  func density(at value: Double) -> Double {
    let distance = (value - mean) / deviation
    let mass = (erf((1 - mean) / scale) + erf(mean / scale)) / 2
    return exp(-distance * distance / 2) / (deviation * (2 * Double.pi).squareRoot() * mass)
  }

  /// Draws a value from 0 (included) to 1 (excluded).
  func sample(_ stream: inout RandomStream) -> Double {
    while true {
      let value = mean + deviation * stream.normal()
      if (0..<1).contains(value) { return value }
    }
  }

  private var scale: Double { deviation * 2.0.squareRoot() }
}
