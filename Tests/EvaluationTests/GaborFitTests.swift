import Foundation
import Testing

@testable import Evaluation

@Suite struct GaborFitTests {
  private static let side = 16

  /// Pixels of a Gabor function, by its definition.
  private func gabor(
    row: Double, column: Double, angle: Double, frequency: Double, phase: Double, along: Double,
    across: Double, amplitude: Double
  ) -> [Float] {
    (0..<Self.side * Self.side).map { place in
      let y = Double(place / Self.side) - row
      let x = Double(place % Self.side) - column
      let s = -x * sin(angle) - y * cos(angle)
      let t = x * cos(angle) - y * sin(angle)
      let envelope = exp(-0.5 * (s * s / (across * across) + t * t / (along * along)))
      return Float(amplitude * envelope * cos(2 * .pi * frequency * s + phase))
    }
  }

  @Test(arguments: Array(stride(from: 0.02, to: 3.1, by: 0.26))) func findsWhatWasDrawn(
    angle: Double
  ) throws {
    for (frequency, phase) in [(0.12, 0.4), (0.2, -1.9), (0.31, 3.0)] {
      let element = gabor(
        row: 6.3, column: 8.8, angle: angle, frequency: frequency, phase: phase, along: 3.4,
        across: 2.1, amplitude: 0.07)
      let fit = try #require(GaborFit.fit(element, height: Self.side, width: Self.side))
      #expect(fit.explained > 0.999999 && fit.isGood)
      #expect(abs(fit.orientation - angle) < 1e-3)
      #expect(abs(fit.frequency - frequency) < 1e-4)
      #expect(abs(remainder(fit.phase - phase, 2 * .pi)) < 1e-3)
      #expect(abs(fit.center.row - 6.3) < 1e-3 && abs(fit.center.column - 8.8) < 1e-3)
      #expect(abs(fit.widths.along - 3.4) < 1e-3 && abs(fit.widths.across - 2.1) < 1e-3)
      #expect(abs(fit.amplitude - 0.07) < 1e-5)
      #expect(abs(fit.aspect - 3.4 / 2.1) < 1e-3)
    }
  }

  @Test func barsOfRowsAreHorizontal() throws {
    // Bars along the rows: the value depends on the row alone.
    let element = gabor(
      row: 7.5, column: 7.5, angle: 0, frequency: 0.2, phase: 0, along: 1e6, across: 3, amplitude: 1
    )
    #expect(element[0] == element[15] && element[0] != element[16])
    let fit = try #require(GaborFit.fit(element, height: Self.side, width: Self.side))
    #expect(min(fit.orientation, .pi - fit.orientation) < 0.01)
  }

  @Test func noiseIsNotGaborLike() throws {
    var state: UInt32 = 7
    let noise = (0..<256).map { _ -> Float in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / Float(1 << 24) - 0.5
    }
    let fit = try #require(GaborFit.fit(noise, height: Self.side, width: Self.side))
    #expect(fit.explained < 0.5 && !fit.isGood)
  }

  @Test func constantsAndBrokenNumbersHaveNoFit() {
    #expect(GaborFit.fit([Float](repeating: 0, count: 256), height: 16, width: 16) == nil)
    #expect(GaborFit.fit([Float](repeating: 2, count: 256), height: 16, width: 16) == nil)
    #expect(GaborFit.fit([Float](repeating: .nan, count: 256), height: 16, width: 16) == nil)
  }

  @Test func slopesMatchCentralDifferences() {
    let pixels = (0..<30).map { sin(Double($0)) }
    let problem = GaborProblem(pixels, height: 5, width: 6)
    let point = [2.2, 2.9, 0.7, 0.21, 0.5, 0.6, 0.4, 1.3]
    // Half the gradient of Σr² is Jᵀr.
    func squares(_ p: [Double]) -> (sum: Double, gradient: [Double]) {
      var gradient: [Double] = []
      let result = LeastSquares(iterations: 0).minimize(from: p) { point, equations, slopes in
        problem.linearize(point, &equations, slopes)
        gradient = equations.vector
      }
      return (result.squares, gradient)
    }
    for k in point.indices {
      var (up, down) = (point, point)
      up[k] += 1e-5
      down[k] -= 1e-5
      let expected = (squares(up).sum - squares(down).sum) / 4e-5
      #expect(abs(squares(point).gradient[k] - expected) < 1e-7)
    }
  }
}
