import Foundation
import Tensors
import Testing

@testable import Models

@Suite struct StandardNoiseTests {
  private func draw(_ law: StandardLaw, rows: Int, columns: Int) -> [Double] {
    let storage = AlignedBuffer<Float>(count: rows * columns, repeating: 0)
    let samples = (0..<UInt32(rows)).map { $0 }
    samples.withUnsafeBufferPointer {
      Matrix(storage.elements, rows: rows, columns: columns).fill(
        law, SampleNoise(seed: 2, purpose: .latents, step: 1, samples: $0))
    }
    return storage.elements.map(Double.init)
  }

  /// Mean, variance and fourth central moment over the square of the variance.
  @Test(arguments: [
    (StandardLaw.normal, 0.0, 1.0, 3.0), (.laplace, 0, 2, 6),
    (.gumbel, 0.5772156649, 1.6449340668, 5.4),
  ])
  func momentsAreThoseOfTheLaw(
    _ law: StandardLaw, _ mean: Double, _ variance: Double, _ kurtosis: Double
  ) {
    let values = draw(law, rows: 2000, columns: 150)
    let n = Double(values.count)
    let ownMean = values.reduce(0, +) / n
    let ownVariance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    let fourth = values.reduce(0) { $0 + pow($1 - mean, 4) } / n
    // Five standard errors; the fourth moment of long tails is less certain.
    #expect(abs(ownMean - mean) < 5 * (variance / n).squareRoot())
    #expect(abs(ownVariance - variance) < 5 * variance * ((kurtosis - 1) / n).squareRoot())
    #expect(abs(fourth / (variance * variance) - kurtosis) < 0.06 * kurtosis)
  }

  @Test func normalNumbersAreBoxMullerOfThePhiloxWords() {
    let values = draw(.normal, rows: 1, columns: 64)
    let key = RandomStream.key(seed: 2, purpose: .latents)
    for lane in 0..<16 {
      let words = Philox.block(SIMD4(UInt32(lane), 0, 0, 1), key: key)
      for pair in 0..<2 {
        let u = (0..<2).map { (Double(words[2 * pair + $0] >> 9) + 0.5) * 0x1p-23 }
        let radius = (-2 * log(u[0])).squareRoot()
        // The angle is counted from the opposite direction, which has the same law.
        let angle = 2 * Double.pi * (u[1] - 0.5)
        #expect(abs(values[32 * pair + lane] - radius * cos(angle)) < 2e-6)
        #expect(abs(values[32 * pair + 16 + lane] - radius * sin(angle)) < 2e-6)
      }
    }
  }
}
