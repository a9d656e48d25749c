import Reporting
import Testing

@testable import Experiments

@Suite struct SweepAxisTests {
  @Test func numbersOverTwoDecadesAreLogarithmic() {
    #expect(axis("x", ["0.0001", "1e-2"]).scale == .logarithmic)
    #expect(axis("x", ["0.5", "4"]).scale == .linear)
    #expect(axis("x", ["0", "1000"]).scale == .linear)
  }

  @Test func oneWordAmongNumbersMakesCategories() {
    let mixed = axis("x", ["auto", "16", "4", "nan"])
    #expect(mixed.scale == .categories(["4", "16", "auto", "nan"]))
    #expect(mixed.value(of: MadeUpSweep.trial(0, ["x": "auto"])) == 2)
  }

  @Test func seedsAreNames() {
    #expect(axis("seed", ["10", "9"]).scale == .categories(["9", "10"]))
  }

  @Test func aSettingThatDoesNotApplyHasNoPlace() {
    #expect(axis("x", ["1", "2"]).value(of: MadeUpSweep.trial(0, [:])) == nil)
    #expect(axis("y", []).scale == .categories([]))
  }

  private func axis(_ key: String, _ texts: [String]) -> SweepAxis {
    SweepAxis(key, of: texts.enumerated().map { MadeUpSweep.trial($0, [key: $1]) })
  }
}
