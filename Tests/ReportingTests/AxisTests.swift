import Testing

@testable import Reporting

@Suite struct AxisTests {
  @Test func anAxisCoversItsNumbersAndBeginsAndEndsRound() {
    let axis = Axis([3.2, 97.9])
    #expect(axis.lower == 0 && axis.upper == 100)
    #expect(axis.ticks.map(\.text) == ["0", "20", "40", "60", "80", "100"])
    #expect(axis.fraction(50) == 0.5)
  }

  @Test func equalRatiosAreEquallyHighOnALogarithmicAxis() {
    let axis = Axis([1, 1000], scale: .logarithmic)
    #expect(axis.lower == 1 && axis.upper == 1000)
    #expect(abs(axis.fraction(10) - 1 / 3.0) < 1e-12)
  }

  @Test func numbersThatAreNotPositiveMakeTheAxisLinear() {
    #expect(Axis([0, 10], scale: .logarithmic).scale == .linear)
  }

  @Test func aSingleNumberLiesInTheMiddle() {
    let axis = Axis([42, 42])
    #expect(axis.lower < 42 && axis.upper > 42)
    #expect(abs(axis.fraction(42) - 0.5) < 0.35)
  }

  @Test func noNumberStillMakesAnAxis() {
    #expect(Axis([.nan]).ticks.count > 1)
  }

  @Test func anExactAxisEndsWithItsRange() {
    let axis = Axis(exactly: 0...180)
    #expect(axis.ticks.map(\.text) == ["0", "45", "90", "135", "180"])
    #expect(Axis(exactly: 10...321_000).ticks.map(\.text) == ["100k", "200k", "300k"])
  }
}
