import Testing

@testable import Experiments

@Suite struct ParetoFrontTests {
  @Test(arguments: 1...20)
  func theFrontIsWhatTheDefinitionSays(_ seed: UInt64) {
    // Few different values, so that many points are equal in one or both.
    var state = seed
    func number() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double((state >> 33) % 12)
    }
    let points = (0..<40).map { _ in (x: number(), y: number()) }
    let defined = points.indices.filter { place in
      let point = points[place]
      return !points.contains { $0.x <= point.x && $0.y <= point.y && $0 != point }
    }
    #expect(Set(ParetoFront.places(of: points)) == Set(defined))
  }

  @Test func theFrontGoesFromTheLeftToTheRight() {
    let points = [(x: 3.0, y: 1.0), (x: 1.0, y: 3.0), (x: 2.0, y: 2.0), (x: 3.0, y: 3.0)]
    #expect(ParetoFront.places(of: points) == [1, 2, 0])
  }

  @Test func whatIsNoNumberIsNotOnTheFront() {
    let points = [(x: Double.nan, y: 0.0), (x: -.infinity, y: 0.0), (x: 1.0, y: 1.0)]
    #expect(ParetoFront.places(of: points) == [2])
    #expect(ParetoFront.places(of: []).isEmpty)
  }
}
