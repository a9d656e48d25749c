import Tensors
import Testing

@testable import Training

@Suite struct AdamaxTests {
  private func buffer(_ values: [Float]) -> AlignedBuffer<Float> {
    let buffer = AlignedBuffer<Float>(count: values.count, repeating: 0)
    for (i, value) in values.enumerated() { buffer.elements[i] = value }
    return buffer
  }

  @Test func twoStepsMatchAHandComputation() {
    let configuration = AdamaxConfiguration(firstMoment: 0.9, secondMoment: 0.999, epsilon: 1e-8)
    let optimizer = Adamax(configuration, weightDecay: 0, count: 2)
    let parameters = buffer([1, -2])
    // Step 1: m = 0.1g, v = |g|, so m/v = ±0.1 and p moves by −η/(1 − 0.9)·±0.1 = ∓η.
    optimizer.update(
      parameters, gradient: buffer([4, -0.5]), factor: 1, learningRate: 0.01, step: 0)
    #expect(abs(parameters.elements[0] - 0.99) < 1e-6)
    #expect(abs(parameters.elements[1] - -1.99) < 1e-6)
    // Step 2 with g = (1, 2): m = 0.9·0.4 + 0.1 = 0.46, v = max(3.996, 1); and −0.045 + 0.2 = 0.155, v = 2.
    optimizer.update(
      parameters, gradient: buffer([1, 2]), factor: 1, learningRate: 0.01, step: 1)
    #expect(abs(optimizer.moment.elements[0] - 0.46) < 1e-6)
    #expect(abs(optimizer.norm.elements[0] - 3.996) < 1e-5)
    let rate: Float = 0.01 / 0.19
    let expected: [Float] = [0.99 - rate * 0.46 / 3.996, -1.99 - rate * 0.155 / 2]
    #expect(abs(parameters.elements[0] - expected[0]) < 1e-6)
    #expect(abs(parameters.elements[1] - expected[1]) < 1e-6)
  }

  @Test func theFactorScalesTheGradientButNotTheWeightDecay() {
    let configuration = AdamaxConfiguration(firstMoment: 0.5, secondMoment: 0.999, epsilon: 1e-8)
    let optimizer = Adamax(configuration, weightDecay: 0.1, count: 1)
    let parameters = buffer([2])
    optimizer.update(parameters, gradient: buffer([8]), factor: 0.25, learningRate: 1e-3, step: 0)
    // g = 0.25·8 + 0.1·2 = 2.2.
    #expect(abs(optimizer.moment.elements[0] - 1.1) < 1e-6)
    #expect(abs(optimizer.norm.elements[0] - 2.2) < 1e-6)
  }

  @Test func manyStepsMatchPlainDoubleArithmetic() {
    let configuration = AdamaxConfiguration(firstMoment: 0.9, secondMoment: 0.999, epsilon: 1e-8)
    let optimizer = Adamax(configuration, weightDecay: 3e-4, count: 37)
    var stream = RandomStream(seed: 4, purpose: .initialization)
    let parameters = buffer((0..<37).map { _ in Float(stream.normal()) })
    var expected = parameters.elements.map { (p: Double($0), m: 0.0, v: 0.0) }
    var power = 1.0
    for step in 0..<100 {
      let gradient = buffer((0..<37).map { _ in Float(stream.normal()) })
      optimizer.update(
        parameters, gradient: gradient, factor: 1, learningRate: 2e-3, step: step)
      power *= 0.9
      for i in expected.indices {
        let g = Double(gradient.elements[i]) + 3e-4 * expected[i].p
        expected[i].m = 0.9 * expected[i].m + 0.1 * g
        expected[i].v = max(0.999 * expected[i].v, abs(g) + 1e-8)
        expected[i].p -= 2e-3 / (1 - power) * expected[i].m / expected[i].v
      }
    }
    // A hundred updates of at most 2e-3, each with a few roundings.
    for i in expected.indices {
      #expect(abs(Double(parameters.elements[i]) - expected[i].p) < 5e-6)
    }
  }
}
