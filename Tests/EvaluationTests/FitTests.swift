import MPI
import Tensors
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

  /// Waves of 8 × 8 pixels, some of them constant.
  private func waves(_ count: Int) -> AlignedBuffer<Float> {
    let pixels = AlignedBuffer<Float>(count: 64 * count, repeating: 0)
    for i in 0..<64 {
      for element in 0..<count where element % 5 != 0 {
        let phase = Float(element % 7) + 0.9 * Float(element % 2 == 0 ? i % 8 : i / 8)
        pixels.elements[i * count + element] = phase.truncatingRemainder(dividingBy: 6) - 3
      }
    }
    return pixels
  }

  @Test func ofManyElementsASampleIsFitted() throws {
    let world = try Communicator.alone()
    let pixels = waves(40)
    let dictionary = Matrix(pixels.elements, rows: 64, columns: 40)
    var shares: [[Int]] = []
    let all = try #require(
      try ReceptiveFields.fit(dictionary, height: 8, width: 8, on: world) {
        shares.append([$0, $1])
      })
    #expect(all.elements == Array(0..<40) && all.elementCount == 40)
    #expect(shares.last == [40, 40] && shares.count == 5)
    let some = try #require(
      try ReceptiveFields.fit(dictionary, height: 8, width: 8, limit: 7, on: world))
    #expect(some.elements == [0, 5, 11, 17, 22, 28, 34] && some.elementCount == 40)
    for element in some.elements { #expect(some.fit(of: element) == all.fit(of: element)) }
    #expect(all.fit(of: 0) == nil && all.fit(of: 11) != nil && some.fit(of: 1) == nil)
    #expect(ReceptiveFields.quickCount(pixels: 256) == 512)
  }

  @Test func fitsEndWhenTheyAreCancelled() throws {
    let world = try Communicator.alone()
    let pixels = waves(40)
    var questions = 0
    let fits = try ReceptiveFields.fit(
      Matrix(pixels.elements, rows: 64, columns: 40), height: 8, width: 8, on: world,
      isCancelled: {
        questions += 1
        return questions == 2
      })
    #expect(fits == nil && questions == 2)
  }
}
