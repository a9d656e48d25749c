/// Least squares for a few parameters, by the method of Levenberg and Marquardt.
///
/// Minimises Σ rᵢ(p)² by steps (JᵀJ + μ·diag JᵀJ)·δ = −Jᵀr, whose damping μ falls with every step that helps and rises
/// with every one that does not. Source: Marquardt, "An Algorithm for Least-Squares Estimation of Nonlinear
/// Parameters", J. SIAM 1963.
struct LeastSquares {
  /// A point that was found.
  struct Result {
    /// The parameters.
    let parameters: [Double]
    /// Σ rᵢ² there.
    let squares: Double
  }

  /// The most steps, of which those that do not help count too.
  var iterations = 60
  /// A step that lowers the sum by a smaller share ends the search.
  var tolerance = 1e-9

  /// The normal equations at a point, to which residuals are added one by one.
  struct Equations {
    fileprivate(set) var squares = 0.0
    /// The upper triangle of JᵀJ, row by row.
    fileprivate(set) var matrix: [Double]
    fileprivate(set) var vector: [Double]

    fileprivate init(_ count: Int) {
      matrix = [Double](repeating: 0, count: count * count)
      vector = [Double](repeating: 0, count: count)
    }

    /// Adds a residual.
    ///
    /// - Parameters:
    ///   - residual: r.
    ///   - slopes: ∂r/∂p, one a parameter.
    mutating func add(_ residual: Double, _ slopes: UnsafeMutableBufferPointer<Double>) {
      squares += residual * residual
      let count = vector.count
      for i in 0..<count {
        vector[i] += residual * slopes[i]
        for j in i..<count { matrix[i * count + j] += slopes[i] * slopes[j] }
      }
    }
  }

  /// Searches from a point.
  ///
  /// - Parameters:
  ///   - start: The first parameters.
  ///   - linearize: Adds all residuals at some parameters; the buffer is for a residual's slopes.
  /// - Returns: The best point that was seen.
  func minimize(
    from start: [Double],
    _ linearize: ([Double], inout Equations, UnsafeMutableBufferPointer<Double>) -> Void
  ) -> Result {
    let count = start.count
    func equations(at point: [Double]) -> Equations {
      var equations = Equations(count)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { slopes in
        linearize(point, &equations, slopes)
      }
      return equations
    }
    var point = start
    var here = equations(at: point)
    var damping = 1e-3
    for _ in 0..<iterations {
      guard let step = LeastSquares.solve(here, damping: damping) else {
        damping *= 10
        continue
      }
      let next = zip(point, step).map { $0 - $1 }
      let there = equations(at: next)
      guard there.squares < here.squares else {
        damping *= 8
        if damping > 1e12 { break }
        continue
      }
      let gain = here.squares - there.squares
      let isDone = gain <= tolerance * here.squares
      (point, here) = (next, there)
      damping = max(damping / 10, 1e-12)
      if isDone { break }
    }
    return Result(parameters: point, squares: here.squares)
  }

  /// Solves the damped equations by Cholesky's method; `nil` where the matrix is not positive.
  private static func solve(_ equations: Equations, damping: Double) -> [Double]? {
    let count = equations.vector.count
    var factor = [Double](repeating: 0, count: count * count)
    for j in 0..<count {
      for i in j..<count {
        var sum = equations.matrix[j * count + i]
        // A parameter without any effect keeps its place.
        if i == j { sum += damping * max(sum, 1e-30) }
        for k in 0..<j { sum -= factor[i * count + k] * factor[j * count + k] }
        if i == j {
          guard sum > 0, sum.isFinite else { return nil }
          factor[i * count + i] = sum.squareRoot()
        } else {
          factor[i * count + j] = sum / factor[j * count + j]
        }
      }
    }
    var x = equations.vector
    for i in 0..<count {
      for k in 0..<i { x[i] -= factor[i * count + k] * x[k] }
      x[i] /= factor[i * count + i]
    }
    for i in (0..<count).reversed() {
      for k in i + 1..<count { x[i] -= factor[k * count + i] * x[k] }
      x[i] /= factor[i * count + i]
    }
    return x
  }
}
