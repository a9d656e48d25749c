import Tensors
import Testing

@Suite struct FixedPointTests {
  /// Values of very different magnitudes, whose float sum depends on the order.
  private func terms(_ count: Int, length: Int) -> [AlignedBuffer<Float>] {
    (0..<count).map { term in
      var stream = RandomStream(seed: 3, purpose: .initialization, term)
      let buffer = AlignedBuffer<Float>(count: length, repeating: 0)
      for i in 0..<length {
        buffer.elements[i] = Float(stream.normal() * (stream.index(below: 2) == 0 ? 1e-6 : 10))
      }
      return buffer
    }
  }

  private func sum(_ terms: [AlignedBuffer<Float>], _ scale: FixedPoint) -> [Int64] {
    let pointers = terms.map { UnsafePointer($0.elements.baseAddress) }
    let sums = AlignedBuffer<Int64>(count: terms[0].elements.count, repeating: 0)
    let bits = pointers.withUnsafeBufferPointer { scale.sum($0, from: 0, into: sums.elements) }
    #expect(bits == terms.map { FixedPoint.largestMagnitudeBits($0.elements) }.max())
    return Array(sums.elements)
  }

  @Test func sumsDoNotDependOnTheOrderAndAreRight() {
    let terms = terms(64, length: 333)
    let bits = terms.map { FixedPoint.largestMagnitudeBits($0.elements) }.max() ?? 0
    let scale = FixedPoint(largestMagnitudeBits: bits, terms: 64)
    let forward = sum(terms, scale)
    let backward = sum(terms.reversed(), scale)
    let parts = zip(sum(Array(terms[0..<17]), scale), sum(Array(terms[17...]), scale))
      .map { $0 + $1 }
    #expect(forward == backward)
    #expect(forward == parts)

    let restored = AlignedBuffer<Float>(count: 333, repeating: 0)
    let sums = AlignedBuffer<Int64>(count: 333, repeating: 0)
    for (i, value) in forward.enumerated() { sums.elements[i] = value }
    let squares = scale.restore(sums.elements, into: restored.elements)
    var expectedSquares = 0.0
    for i in 0..<333 {
      let exact = terms.reduce(0.0) { $0 + Double($1.elements[i]) }
      // One rounding to float, 2⁻²⁴, and 64 to the scale's unit.
      #expect(abs(Double(restored.elements[i]) - exact) <= abs(exact) * 0x1p-23 + 64 / scale.scale)
      expectedSquares += Double(restored.elements[i]) * Double(restored.elements[i])
    }
    #expect(abs(squares - expectedSquares) < 1e-12 * expectedSquares)
  }

  @Test(arguments: [1, 2, 3, 4, 64, 1000])
  func theLargestSumsDoNotOverflow(_ count: Int) {
    let largest = AlignedBuffer<Float>(count: 16, repeating: -.greatestFiniteMagnitude)
    let bits = FixedPoint.largestMagnitudeBits(largest.elements)
    let scale = FixedPoint(largestMagnitudeBits: bits, terms: count)
    let sums = sum(Array(repeating: largest, count: count), scale)
    let expected = -Double(Float.greatestFiniteMagnitude) * Double(count)
    #expect(Double(sums[0]) / scale.scale == expected)
  }

  @Test func termsMayGrowAsMuchAsWasSaid() {
    let small = AlignedBuffer<Float>(count: 16, repeating: 1.75)
    let large = AlignedBuffer<Float>(count: 16, repeating: 1.75 * 0x1p8)
    let scale = FixedPoint(
      largestMagnitudeBits: FixedPoint.largestMagnitudeBits(small.elements), terms: 4, growth: 8)
    let sums = sum(Array(repeating: large, count: 4), scale)
    #expect(Double(sums[0]) / scale.scale == 4 * 1.75 * 0x1p8)
  }

  @Test func whatIsNotFiniteIsSeenInASum() {
    let values = AlignedBuffer<Float>(count: 37, repeating: 1)
    values.elements[36] = .nan
    #expect(sum([values], FixedPoint(largestMagnitudeBits: 0, terms: 1)).count == 37)
    values.elements[36] = -.infinity
    #expect(sum([values], FixedPoint(largestMagnitudeBits: 0, terms: 1)).count == 37)
  }

  @Test func whatIsNotFiniteIsSeen() {
    let values = AlignedBuffer<Float>(count: 37, repeating: 1)
    #expect(FixedPoint.largestMagnitudeBits(values.elements) == Float(1).bitPattern)
    values.elements[36] = -3
    #expect(FixedPoint.largestMagnitudeBits(values.elements) == Float(3).bitPattern)
    values.elements[20] = -.infinity
    #expect(FixedPoint.largestMagnitudeBits(values.elements) == 0x7f80_0000)
    values.elements[35] = .nan
    #expect(FixedPoint.largestMagnitudeBits(values.elements) > 0x7f80_0000)
  }

  @Test func zerosStayZero() {
    let zeros = AlignedBuffer<Float>(count: 5, repeating: 0)
    let scale = FixedPoint(
      largestMagnitudeBits: FixedPoint.largestMagnitudeBits(zeros.elements), terms: 4)
    #expect(sum([zeros, zeros], scale) == [0, 0, 0, 0, 0])
    #expect(scale.scale.isFinite)
  }
}
