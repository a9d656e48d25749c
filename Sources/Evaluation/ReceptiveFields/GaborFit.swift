import Foundation

/// A Gabor function fitted to a dictionary element.
///
/// g = A·exp(−½(s²/a² + t²/b²))·cos(2πfs + φ), where s runs across the bars and t along them, from the center: with the
/// orientation θ, s = −(x − x₀)·sin θ − (y − y₀)·cos θ and t = (x − x₀)·cos θ − (y − y₀)·sin θ, x counted in columns to the
/// right and y in rows down. Source of the form: Jones & Palmer, "An Evaluation of the Two-Dimensional Gabor Filter Model of
/// Simple Receptive Fields in Cat Striate Cortex", J. Neurophysiology 1987.
public struct GaborFit: Sendable, Equatable {
  /// Where the envelope's peak lies, in pixels from the middle of the first pixel.
  public var center: (row: Double, column: Double)
  /// θ, the direction of the bars, in radians counterclockwise from the rows, 0 ≤ θ < π.
  public var orientation: Double
  /// f, in cycles a pixel.
  public var frequency: Double
  /// φ, in radians, −π < φ ≤ π.
  public var phase: Double
  /// b and a, the envelope's deviations along and across the bars, in pixels.
  public var widths: (along: Double, across: Double)
  /// A, positive.
  public var amplitude: Double
  /// 1 − Σ(w − g)²/Σ(w − w̄)² over the element's pixels w.
  public var explained: Double

  /// Length over width of the envelope.
  public var aspect: Double { widths.along / widths.across }

  /// The share of an element's variance that a Gabor function must explain for the element to be called Gabor-like.
  public static let goodFit = 0.8

  /// Whether the function explains at least ``goodFit``, with a wave that pixels can show.
  public var isGood: Bool { explained >= GaborFit.goodFit && frequency <= 0.5 * 2.0.squareRoot() }

  /// Whether all values agree.
  public static func == (a: GaborFit, b: GaborFit) -> Bool {
    a.center == b.center && a.widths == b.widths && a.orientation == b.orientation
      && a.frequency == b.frequency && a.phase == b.phase && a.amplitude == b.amplitude
      && a.explained == b.explained
  }

  /// Fits a function by least squares, from several starts.
  ///
  /// - Parameters:
  ///   - element: Pixels, shape [height, width].
  ///   - height: Rows.
  ///   - width: Columns.
  /// - Returns: The best fit; `nil` for an element that is constant or has no finite numbers.
  public static func fit(_ element: [Float], height: Int, width: Int) -> GaborFit? {
    precondition(element.count == height * width, "\(element.count) pixels")
    let pixels = element.map(Double.init)
    let mean = pixels.reduce(0, +) / Double(pixels.count)
    let variation = pixels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard variation.isFinite, variation > 0 else { return nil }
    // One scale for all elements, so that the search ends alike.
    let scale = (variation / Double(pixels.count)).squareRoot()
    let problem = GaborProblem(pixels.map { $0 / scale }, height: height, width: width)
    let best = problem.starts()
      .map { LeastSquares().minimize(from: $0, problem.linearize) }
      .min { $0.squares < $1.squares }
    return best.map { GaborFit($0.parameters, scale, 1 - $0.squares * scale * scale / variation) }
  }

  /// Brings parameters into their ranges.
  private init(_ parameters: [Double], _ scale: Double, _ explained: Double) {
    let place = GaborProblem.Parameter.self
    var angle = parameters[place.angle]
    var frequency = parameters[place.frequency]
    var phase = parameters[place.phase]
    var amplitude = parameters[place.amplitude] * scale
    if frequency < 0 {
      frequency = -frequency
      phase = -phase
    }
    if amplitude < 0 {
      amplitude = -amplitude
      phase += .pi
    }
    // Half a turn reverses the direction across the bars, and with it the phase.
    let turns = (angle / .pi).rounded(.down)
    angle -= turns * .pi
    if angle >= .pi { angle = 0 }
    if turns.truncatingRemainder(dividingBy: 2) != 0 { phase = -phase }
    phase -= 2 * .pi * ((phase + .pi) / (2 * .pi)).rounded(.down)
    if phase <= -.pi { phase = .pi }
    self.init(
      center: (parameters[place.row], parameters[place.column]), orientation: angle,
      frequency: frequency, phase: phase,
      widths: (exp(parameters[place.logAlong]), exp(parameters[place.logAcross])),
      amplitude: amplitude, explained: explained)
  }

  init(
    center: (Double, Double), orientation: Double, frequency: Double, phase: Double,
    widths: (Double, Double), amplitude: Double, explained: Double
  ) {
    self.center = center
    self.orientation = orientation
    self.frequency = frequency
    self.phase = phase
    self.widths = widths
    self.amplitude = amplitude
    self.explained = explained
  }
}
