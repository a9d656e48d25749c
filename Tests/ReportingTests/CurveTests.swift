import Testing

@testable import Reporting

@Suite struct CurveTests {
  @Test func theRangeHoldsAllNumbers() {
    #expect(Curve("x", []).range == nil)
    #expect(Curve("x", points([3, -1, 2])).range == -1...3)
    #expect(Curve("x", points([4])).range == 4...4)
  }

  @Test func largeNumbersAtTheStartDoNotFlattenTheRest() {
    let rest = (0..<99).map { Double($0 % 10) }
    #expect(Curve("x", points([1000] + rest)).range == 0...9)
    #expect(Curve("x", points(rest + [1000])).range == 0...1000)
    #expect(Curve("x", points([9, 2, 1])).range == 1...9)
    // Without a rest that could be flattened, all are shown.
    #expect(Curve("x", points([1000] + [Double](repeating: 5, count: 99))).range == 5...1000)
  }

  @Test func whatIsNoNumberIsLeftOut() {
    #expect(Curve("x", points([.nan, 2, .infinity])).points == [Curve.Point(step: 1, value: 2)])
  }

  private func points(_ values: [Double]) -> [Curve.Point] {
    values.enumerated().map { Curve.Point(step: $0, value: $1) }
  }
}
