import Testing

@testable import Evaluation

@Suite struct FitTests {
  /// The published sweep; its published fit, x in hundreds, is 0.7293, 0.7650, 3.3902, 0.2747.
  @Test func rateDistortionCurveAgreesWithSciPyAndThePaper() throws {
    let expected = try EvaluationFixture.read().curve
    let points = zip(expected.errors, expected.sparsities).map { (error: $0, sparsity: $1) }
    let curve = try #require(RateDistortionCurve.fit(points))
    let found = [curve.height, curve.middle, curve.steepness, curve.base]
    for (found, expected) in zip(found, expected.parameters) {
      #expect(abs(found - expected) < 1e-4 * abs(expected))
    }
    let squares = Double(points.count) * curve.residual(of: points) * curve.residual(of: points)
    #expect(abs(squares - expected.squares) < 1e-8)
    #expect(abs(curve.height - 0.72930579) < 1e-3 && abs(curve.middle - 76.495883) < 0.02)
    #expect(abs(curve(curve.middle) - curve.base - curve.height / 2) < 1e-12)
  }

  @Test func fewOrEqualPointsHaveNoCurve() {
    #expect(RateDistortionCurve.fit([(1, 0.1), (2, 0.2), (3, 0.4)]) == nil)
    #expect(RateDistortionCurve.fit([(1, 0.1), (1, 0.2), (1, 0.4), (1, 0.3)]) == nil)
  }

  /// SciPy's fits begin at what was drawn; ours must find as good a one by themselves.
  @Test func gaborFitsAreNoWorseThanSciPys() throws {
    for field in try EvaluationFixture.read().receptiveFields {
      let fit = try #require(GaborFit.fit(field.pixels, height: 16, width: 16))
      #expect(fit.explained > field.explained - 1e-6)
      if field.explained > 0.5 {
        #expect(abs(fit.orientation - field.orientation) < 1e-3)
        #expect(abs(fit.frequency - field.frequency) < 1e-4)
      }
    }
  }
}
