/// The search of a smooth function's minimum by the method L-BFGS, one evaluation at a time.
///
/// The caller evaluates the function where ``point`` says and tells the result, so that many searches can share the products
/// of one evaluation. Steps are accepted by the condition of Armijo. Source: Liu & Nocedal, "On the Limited Memory
/// BFGS Method for Large Scale Optimization", Mathematical Programming 1989.
struct LBFGS {
  /// Where the function is to be evaluated next; after the end, the best point.
  private(set) var point: [Double]
  /// Whether the search has ended.
  private(set) var isFinished = false
  /// Steps that were accepted.
  private(set) var iterations = 0

  private let tolerance: Double
  private let iterationLimit: Int
  private let memory = 10
  private var base: (point: [Double], value: Double, gradient: [Double])?
  private var direction: [Double] = []
  private var stepLength = 1.0
  private var pairs: [(step: [Double], change: [Double], curvature: Double)] = []

  /// Begins a search.
  ///
  /// - Parameters:
  ///   - start: The first point.
  ///   - tolerance: The search ends where no component of the gradient is larger.
  ///   - iterationLimit: And after so many steps.
  init(from start: [Double], tolerance: Double, iterationLimit: Int) {
    point = start
    self.tolerance = tolerance
    self.iterationLimit = iterationLimit
  }

  /// Tells what the function is at ``point``.
  ///
  /// - Parameters:
  ///   - value: Its value.
  ///   - gradient: Its gradient.
  mutating func tell(value: Double, gradient: [Double]) {
    guard !isFinished else { return }
    if let base {
      let slope = dot(base.gradient, direction)
      guard value <= base.value + 1e-4 * stepLength * slope else { return shorten(base.point) }
      remember(from: base, gradient)
      iterations += 1
    }
    base = (point, value, gradient)
    if iterations >= iterationLimit || gradient.allSatisfy({ abs($0) <= tolerance }) {
      isFinished = true
      return
    }
    direction = descent(gradient)
    // Without any curvature known, a step of length 1 at the most.
    stepLength = pairs.isEmpty ? min(1, 1 / dot(gradient, gradient).squareRoot()) : 1
    move(from: point)
  }

  private mutating func shorten(_ origin: [Double]) {
    stepLength /= 2
    guard stepLength > 1e-12 else {
      point = origin
      isFinished = true
      return
    }
    move(from: origin)
  }

  private mutating func move(from origin: [Double]) {
    point = zip(origin, direction).map { $0 + stepLength * $1 }
  }

  private mutating func remember(
    from base: (point: [Double], value: Double, gradient: [Double]), _ gradient: [Double]
  ) {
    let step = zip(point, base.point).map { $0 - $1 }
    let change = zip(gradient, base.gradient).map { $0 - $1 }
    let curvature = dot(step, change)
    guard curvature > 1e-12 * dot(change, change) else { return }
    pairs.append((step, change, curvature))
    if pairs.count > memory { pairs.removeFirst() }
  }

  /// −H·g, with the inverse Hessian H of the remembered pairs.
  private func descent(_ gradient: [Double]) -> [Double] {
    var q = gradient
    var weights = [Double](repeating: 0, count: pairs.count)
    for (i, pair) in pairs.enumerated().reversed() {
      weights[i] = dot(pair.step, q) / pair.curvature
      for k in q.indices { q[k] -= weights[i] * pair.change[k] }
    }
    if let last = pairs.last {
      let scale = last.curvature / dot(last.change, last.change)
      for k in q.indices { q[k] *= scale }
    }
    for (i, pair) in pairs.enumerated() {
      let weight = weights[i] - dot(pair.change, q) / pair.curvature
      for k in q.indices { q[k] += weight * pair.step[k] }
    }
    return q.map { -$0 }
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}
