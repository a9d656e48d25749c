import Testing

@testable import Reporting

@Suite struct NumberTextTests {
  @Test func shortNumbersHaveFourDigits() {
    #expect(NumberText.short(167.1713) == "167.2")
    #expect(NumberText.short(-0.027343) == "−0.02734")
    #expect(NumberText.short(262_656) == "262,656")
    #expect(NumberText.short(.nan) == "–")
  }

  @Test func placesAreRoundedToTenths() {
    #expect(
      [12.34, -0.06, 5.0, -3.25, 0.04].map(NumberText.place) == ["12.3", "-0.1", "5", "-3.3", "0"])
  }

  @Test func plainNumbersReadBackToFiveDigits() throws {
    for value in [167.171234, 1e-4, -0.00234567, 321_000, 5e-13, 0, 123_456_789, 0.1] {
      let read = try #require(Double(NumberText.plain(value)))
      #expect(abs(read - value) <= 5e-5 * abs(value), "\(value) as \(NumberText.plain(value))")
    }
    #expect(NumberText.plain(0.1) == "0.1")
    #expect(NumberText.plain(321_123, digits: 9) == "321123")
    #expect(NumberText.plain(.infinity).isEmpty)
  }
}
