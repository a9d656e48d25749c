import Foundation

/// The residuals of a Gabor function on one element, and where to begin.
struct GaborProblem {
  /// The places of the parameters.
  enum Parameter {
    static let row = 0
    static let column = 1
    static let angle = 2
    static let frequency = 3
    static let phase = 4
    static let logAlong = 5
    static let logAcross = 6
    static let amplitude = 7
    static let count = 8
  }

  private let pixels: [Double]
  private let height: Int
  private let width: Int

  /// Takes an element.
  init(_ pixels: [Double], height: Int, width: Int) {
    self.pixels = pixels
    self.height = height
    self.width = width
  }

  /// Adds every pixel's residual and its slopes.
  func linearize(
    _ p: [Double], _ equations: inout LeastSquares.Equations,
    _ slopes: UnsafeMutableBufferPointer<Double>
  ) {
    let (sine, cosine) = (sin(p[Parameter.angle]), cos(p[Parameter.angle]))
    let along = exp(-2 * p[Parameter.logAlong])
    let across = exp(-2 * p[Parameter.logAcross])
    let (frequency, amplitude) = (p[Parameter.frequency], p[Parameter.amplitude])
    for row in 0..<height {
      let y = Double(row) - p[Parameter.row]
      for column in 0..<width {
        let x = Double(column) - p[Parameter.column]
        let s = -x * sine - y * cosine
        let t = x * cosine - y * sine
        let envelope = exp(-(s * s * across + t * t * along) / 2)
        let wave = 2 * .pi * frequency * s + p[Parameter.phase]
        let (carrier, quadrature) = (cos(wave), -sin(wave))
        let value = amplitude * envelope * carrier
        let bySlope = amplitude * envelope * quadrature
        let byS = -s * across * value + 2 * .pi * frequency * bySlope
        let byT = -t * along * value
        slopes[Parameter.row] = byS * cosine + byT * sine
        slopes[Parameter.column] = byS * sine - byT * cosine
        // ∂s/∂θ = −t and ∂t/∂θ = s.
        slopes[Parameter.angle] = -byS * t + byT * s
        slopes[Parameter.frequency] = 2 * .pi * s * bySlope
        slopes[Parameter.phase] = bySlope
        slopes[Parameter.logAlong] = t * t * along * value
        slopes[Parameter.logAcross] = s * s * across * value
        slopes[Parameter.amplitude] = envelope * carrier
        equations.add(value - pixels[row * width + column], slopes)
      }
    }
  }

  /// Centers at the element's energy, waves at its spectrum's peaks, and two sizes of envelopes.
  ///
  /// - Returns: Parameters to begin with.
  func starts() -> [[Double]] {
    var total = 0.0
    var center = (row: 0.0, column: 0.0)
    for (i, value) in pixels.enumerated() {
      let energy = value * value * value * value
      total += energy
      center.row += energy * Double(i / width)
      center.column += energy * Double(i % width)
    }
    center = (center.row / total, center.column / total)
    let reach = Double(min(height, width))
    return spectrumPeaks(2).flatMap { peak in
      [0.1, 0.22].map { share in
        start(center: center, wave: peak, deviation: share * reach)
      }
    }
  }

  /// Amplitude and phase are linear in cosine and sine, so that projections give them.
  private func start(
    center: (row: Double, column: Double), wave: (row: Double, column: Double), deviation: Double
  ) -> [Double] {
    let frequency = (wave.row * wave.row + wave.column * wave.column).squareRoot()
    // s grows along (−sin θ, −cos θ) in (columns, rows).
    let angle = atan2(-wave.column, -wave.row)
    var sums = (cosine: 0.0, sine: 0.0, cosineSquares: 1e-12, sineSquares: 1e-12)
    for (i, value) in pixels.enumerated() {
      let y = Double(i / width) - center.row
      let x = Double(i % width) - center.column
      let envelope = exp(-(x * x + y * y) / (2 * deviation * deviation))
      let phase = 2 * .pi * (wave.column * x + wave.row * y)
      let (c, s) = (envelope * cos(phase), envelope * sin(phase))
      sums.cosine += value * c
      sums.sine += value * s
      sums.cosineSquares += c * c
      sums.sineSquares += s * s
    }
    let c = sums.cosine / sums.cosineSquares
    let s = sums.sine / sums.sineSquares
    var parameters = [Double](repeating: 0, count: Parameter.count)
    parameters[Parameter.row] = center.row
    parameters[Parameter.column] = center.column
    parameters[Parameter.angle] = angle
    parameters[Parameter.frequency] = frequency
    parameters[Parameter.phase] = atan2(-s, c)
    parameters[Parameter.logAlong] = log(deviation)
    parameters[Parameter.logAcross] = log(deviation)
    parameters[Parameter.amplitude] = (c * c + s * s).squareRoot()
    return parameters
  }

  /// Frequencies of the spectrum are 1/32 of a cycle a pixel apart.
  private static let frequencies = 32
  /// cos 2πk/32.
  private static let cosines = (0..<frequencies).map { cos(2 * .pi * Double($0) / 32) }

  /// The strongest local maxima of the element's power spectrum.
  private func spectrumPeaks(_ count: Int) -> [(row: Double, column: Double)] {
    let steps = Self.frequencies
    let half = steps / 2
    let power = (0...half).flatMap { row in (-half..<half).map { energy(row, $0) } }
    let peaks = power.indices.filter { place in
      let (row, column) = (place / steps, place % steps)
      // Half of the plane says all; a constant is no wave.
      if row == 0 && column <= half { return false }
      return (-1...1).allSatisfy { down in
        (-1...1).allSatisfy { right in
          let (r, c) = (row + down, (column + right + steps) % steps)
          guard (0...half).contains(r) else { return true }
          return power[r * steps + c] <= power[place]
        }
      }
    }
    let order = peaks.sorted { power[$0] > power[$1] }.prefix(count)
    let found = order.map {
      (row: Double($0 / steps) / Double(steps), column: Double($0 % steps - half) / Double(steps))
    }
    return found.isEmpty ? [(0, 1 / Double(steps))] : found
  }

  /// The power at a frequency of so many 32nds of a cycle a pixel.
  private func energy(_ row: Int, _ column: Int) -> Double {
    let mask = Self.frequencies - 1
    var (real, imaginary) = (0.0, 0.0)
    for y in 0..<height {
      for x in 0..<width {
        let phase = row * y + column * x
        real += pixels[y * width + x] * Self.cosines[phase & mask]
        imaginary += pixels[y * width + x] * Self.cosines[(phase - 8) & mask]
      }
    }
    return real * real + imaginary * imaginary
  }
}
