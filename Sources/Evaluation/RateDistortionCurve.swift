import Foundation

/// A sigmoid through points of the rate-distortion plane: lifetime sparsity against squared error.
///
/// y = L/(1 + exp(−k·(x − x₀))) + b, as Vafaii, Galor & Yates, "Poisson Variational Autoencoder", NeurIPS 2024, fit it to runs
/// that differ in β.
public struct RateDistortionCurve: Sendable, Equatable {
  /// L, the height of the step.
  public var height: Double
  /// x₀, its middle, in units of the error.
  public var middle: Double
  /// k, its steepness, in inverse units of the error.
  public var steepness: Double
  /// b, where it starts.
  public var base: Double

  /// Makes a curve of known coefficients.
  ///
  /// - Parameters:
  ///   - height: L.
  ///   - middle: x₀.
  ///   - steepness: k.
  ///   - base: b.
  public init(height: Double, middle: Double, steepness: Double, base: Double) {
    self.height = height
    self.middle = middle
    self.steepness = steepness
    self.base = base
  }

  /// The curve's value.
  ///
  /// - Parameter x: The squared error.
  /// - Returns: The sparsity.
  public func callAsFunction(_ x: Double) -> Double {
    base + height / (1 + exp(-steepness * (x - middle)))
  }

  /// How far points lie from the curve.
  ///
  /// - Parameter points: Errors and sparsities; at least one.
  /// - Returns: The root mean square of the differences.
  public func residual(of points: [(error: Double, sparsity: Double)]) -> Double {
    let squares = points.reduce(0) { sum, point in
      let difference = point.sparsity - self(point.error)
      return sum + difference * difference
    }
    return (squares / Double(points.count)).squareRoot()
  }

  /// Fits the curve by least squares, from several starts.
  ///
  /// - Parameter points: Errors and sparsities.
  /// - Returns: The best fit; `nil` for fewer than four points, or if they have one error.
  public static func fit(_ points: [(error: Double, sparsity: Double)]) -> RateDistortionCurve? {
    guard points.count >= 4, let least = points.map(\.error).min(),
      let most = points.map(\.error).max(), most > least,
      points.allSatisfy({ $0.error.isFinite && $0.sparsity.isFinite })
    else { return nil }
    let low = points.map(\.sparsity).min() ?? 0
    let high = points.map(\.sparsity).max() ?? 1
    let spread = most - least
    var search = LeastSquares()
    search.iterations = 500
    search.tolerance = 1e-14
    // In units of the spread, so that all parameters have one size.
    let scaled = points.map { (($0.error - least) / spread, $0.sparsity) }
    let starts: [[Double]] = [0.1, 0.5, 0.9].flatMap { (middle: Double) in
      [2.0, 6, 15].map { [max(high - low, 1e-3), middle, $0, low] }
    }
    let best = starts.map { start in
      search.minimize(from: start) { p, equations, slopes in
        for (x, y) in scaled {
          let rise = 1 / (1 + exp(-p[2] * (x - p[1])))
          let slope = p[0] * rise * (1 - rise)
          slopes[0] = rise
          slopes[1] = -slope * p[2]
          slopes[2] = slope * (x - p[1])
          slopes[3] = 1
          equations.add(p[3] + p[0] * rise - y, slopes)
        }
      }
    }.min { $0.squares < $1.squares }
    return best.map {
      RateDistortionCurve(
        height: $0.parameters[0], middle: least + spread * $0.parameters[1],
        steepness: $0.parameters[2] / spread, base: $0.parameters[3])
    }
  }
}
