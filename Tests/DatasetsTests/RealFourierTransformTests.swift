import Foundation
import Tensors
import Testing

struct RealFourierTransformTests {
  let height = 5
  let width = 6

  private func samples() -> [Double] {
    (0..<height * width).map { sin(Double($0 * $0)) }
  }

  private func fill(_ transform: borrowing RealFourierTransform) {
    for (place, value) in samples().enumerated() {
      transform.samples.elements[place] = Float(value)
    }
  }

  @Test func forwardIsTheSumOfItsDefinition() {
    let transform = RealFourierTransform(height: height, width: width)
    fill(transform)
    transform.forward()
    let samples = samples()
    for row in 0..<height {
      for column in 0...width / 2 {
        var (real, imaginary) = (0.0, 0.0)
        for place in samples.indices {
          let turns =
            Double(row * (place / width)) / Double(height)
            + Double(column * (place % width)) / Double(width)
          real += samples[place] * cos(2 * .pi * turns)
          imaginary -= samples[place] * sin(2 * .pi * turns)
        }
        let found = transform.spectrum.elements[row * (width / 2 + 1) + column]
        // 30 terms below 1, in single precision.
        #expect(abs(Double(found.x) - real) < 1e-5)
        #expect(abs(Double(found.y) - imaginary) < 1e-5)
      }
    }
  }

  @Test func inverseGivesTheSamplesBackTimesTheirNumber() {
    let transform = RealFourierTransform(height: height, width: width)
    fill(transform)
    transform.forward()
    transform.inverse()
    for (place, value) in samples().enumerated() {
      let found = transform.samples.elements[place] / Float(height * width)
      #expect(abs(found - Float(value)) < 1e-6)
    }
  }
}
