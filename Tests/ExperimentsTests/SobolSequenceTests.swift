import Foundation
import Testing

@testable import Experiments

@Suite struct SobolSequenceTests {
  /// Made by `sobol.py` with SciPy; coordinates in units of 2⁻³⁰.
  private struct Fixture: Decodable {
    let numbers: [Int]
    let points: [[Int]]
  }

  private func fixture() throws -> Fixture {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/sobol.json")
    return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: path))
  }

  @Test func pointsAreThoseOfSciPy() throws {
    let fixture = try fixture()
    #expect(fixture.points.count == 71)
    let sequence = SobolSequence(dimensions: 32, seed: nil)
    for (number, expected) in zip(fixture.numbers, fixture.points) {
      #expect(sequence.point(number) == expected.map { Double($0) * 0x1p-30 }, "\(number)")
    }
  }

  @Test func fewerDimensionsAreTheFirstOnes() {
    for seed in [nil, 5] as [UInt32?] {
      let all = SobolSequence(dimensions: 32, seed: seed).point(77)
      #expect(SobolSequence(dimensions: 3, seed: seed).point(77) == Array(all.prefix(3)))
    }
  }

  @Test func aSeedKeepsThePointsEven() {
    let sequence = SobolSequence(dimensions: 32, seed: 7)
    for start in [0, 64, 640] {
      let points = (start..<start + 64).map(sequence.point)
      for dimension in 0..<32 {
        let intervals = Set(points.map { Int($0[dimension] * 64) })
        #expect(intervals == Set(0..<64), "dimension \(dimension) from \(start)")
      }
    }
  }

  @Test func seedsAndDimensionsAreShiftedDifferently() {
    let firsts = (0..<20).map { SobolSequence(dimensions: 32, seed: $0).point(0) }
    #expect(Set(firsts.joined()).count == 20 * 32)
    #expect(firsts[3] == SobolSequence(dimensions: 32, seed: 3).point(0))
  }
}
