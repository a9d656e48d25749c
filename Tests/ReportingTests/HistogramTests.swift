import Reporting
import Testing

@Suite struct HistogramTests {
  @Test func everyNumberIsInOneBucket() {
    let numbers = (0..<512).map { Double($0 * $0 % 101) / 7 }
    let histogram = Histogram(of: numbers)
    #expect(histogram.count == 512)
    #expect(histogram.limits.count == 30 && histogram.counts.count == 30)
    #expect(histogram.smallest == 0 && histogram.largest == 100.0 / 7)
    #expect(histogram.limits.last == histogram.largest)
    #expect(abs(histogram.sum - numbers.reduce(0, +)) < 1e-9)
    #expect(zip(histogram.limits, histogram.limits.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func bucketsAreOfOneWidth() {
    let histogram = Histogram(of: [0, 0.5, 1.5, 2.5, 30])
    #expect(histogram.limits == (1...30).map(Double.init))
    #expect(histogram.counts == [2, 1, 1] + [Int](repeating: 0, count: 26) + [1])
    #expect(histogram.sumOfSquares == 0.25 + 2.25 + 6.25 + 900)
  }

  @Test func equalNumbersAreOneBucket() {
    let histogram = Histogram(of: [2, 2, 2])
    #expect(histogram.limits == [2] && histogram.counts == [3])
  }

  @Test func whatIsNoNumberIsLeftOut() {
    #expect(Histogram(of: [.nan, 1, .infinity]).count == 1)
    #expect(Histogram(of: [.nan]) == Histogram(of: []))
    #expect(Histogram(of: []).limits.isEmpty)
  }

  @Test func theWidestRangeOverflowsNothing() {
    let largest = Double.greatestFiniteMagnitude
    let histogram = Histogram(of: [-largest, 0, largest])
    #expect(histogram.count == 3)
    #expect(histogram.limits.allSatisfy { $0.isFinite })
  }
}
