import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

@Suite struct DictionaryLearningTests {
  private static let pixels = 6
  private static let elements = 9
  private static let images = 5

  private struct Fixture {
    let coder: SparseCoder
    let pass: NetworkPass
    let x = AlignedBuffer<Float>(count: DictionaryLearningTests.images * pixels, repeating: 0)

    init(normalizing: Bool) throws {
      let configuration = try ModelConfiguration.small(latents: elements) {
        $0.family = .lca
        $0.sparseCoding.iterations = 80
        $0.sparseCoding.timeConstant = 10
        $0.sparseCoding.threshold = 0.2
        $0.sparseCoding.normalizeInputs = normalizing
      }
      coder = SparseCoder(configuration, height: 2, width: 3)
      pass = NetworkPass(coder.layout, capacity: DictionaryLearningTests.images)
      coder.initialize(pass.parameters, seed: 4)
      var stream = RandomStream(seed: 1, purpose: .synthesis)
      for i in x.elements.indices { x.elements[i] = Float(0.5 + 2 * stream.normal()) }
    }

    var images: Matrix { Matrix(x.elements, rows: DictionaryLearningTests.images, columns: pixels) }

    func train() -> LossTerms {
      var indices = (0..<UInt32(DictionaryLearningTests.images)).map { $0 }
      return indices.withUnsafeMutableBufferPointer {
        coder.prepare(pass)
        return coder.train(
          images,
          TrainingPass(
            method: .mc, temperature: 1, isCold: false, beta: 0.2, eventLimit: 1, globalBatch: 5,
            noise: SampleNoise(
              seed: 1, purpose: .latents, step: 0, samples: UnsafeBufferPointer($0))), pass)
      }
    }

    func entry(_ name: String) -> ParameterLayout.Entry? {
      coder.layout.parameters.entries.first { $0.name == name }
    }
  }

  @Test func columnsStartWithNormOne() throws {
    let fixture = try Fixture(normalizing: false)
    let weight = fixture.pass[try #require(fixture.entry("decoder/weight"))].value
    for k in 0..<Self.elements {
      let squares = (0..<Self.pixels).reduce(0.0) {
        $0 + Double(weight[$1 * Self.elements + k]) * Double(weight[$1 * Self.elements + k])
      }
      #expect(abs(squares - 1) < 1e-6)
    }
  }

  /// The rule of the library, in double precision, from the codes of the trained pass.
  @Test(arguments: [false, true]) func aStepIsHebbsRule(_ normalizing: Bool) throws {
    let fixture = try Fixture(normalizing: normalizing)
    let dictionary = fixture.pass[try #require(fixture.entry("decoder/weight"))]
    let usage = fixture.pass[try #require(fixture.entry("decoder/usage"))]
    let before = dictionary.value.map(Double.init)
    let features = AlignedBuffer<Float>(count: Self.images * Self.elements, repeating: 0)
    fixture.coder.prepare(fixture.pass)
    fixture.coder.encode(
      fixture.images, into: Matrix(features.elements, rows: Self.images, columns: Self.elements),
      fixture.pass)
    let terms = fixture.train()
    DictionaryLearning(fixture.coder.layout.parameters).update(
      fixture.pass.parameters, gradient: fixture.pass.gradients, factor: 1, learningRate: 0.3,
      step: 0)

    let expected = hebb(before, Array(features.elements), fixture, normalizing: normalizing)
    let (after, counts) = (expected.dictionary, expected.counts)
    let (error, norm) = (expected.error, expected.norm)
    #expect(abs(terms.reconstruction - error) < 1e-4 * error && abs(terms.kl - norm) < 1e-5 * norm)
    #expect(usage.value.map(Double.init) == counts && counts.contains { $0 > 0 })
    for (found, expected) in zip(dictionary.value, after) {
      #expect(abs(Double(found) - expected) < 1e-5)
    }
    #expect(zip(before, after).contains { abs($0 - $1) > 0.01 })
  }

  /// The rule in double precision.
  private func hebb(
    _ before: [Double], _ codes: [Float], _ fixture: Fixture, normalizing: Bool
  ) -> (dictionary: [Double], counts: [Double], error: Double, norm: Double) {
    let elements = Self.elements
    var (error, norm) = (0.0, 0.0)
    var counts = [Double](repeating: 0, count: elements)
    var change = [Double](repeating: 0, count: before.count)
    for image in 0..<Self.images {
      let pixels = (0..<Self.pixels).map { Double(fixture.x.elements[image * Self.pixels + $0]) }
      let x = normalizing ? normalized(pixels) : pixels
      let code = codes[image * elements..<(image + 1) * elements].map(Double.init)
      for pixel in 0..<Self.pixels {
        var difference = x[pixel]
        for k in 0..<elements { difference -= before[pixel * elements + k] * code[k] }
        error += difference * difference
        for k in 0..<elements { change[pixel * elements + k] += code[k] * difference }
      }
      for k in 0..<elements {
        counts[k] += code[k] > 0 ? 1 : 0
        norm += code[k]
      }
    }
    var after = before
    for k in 0..<elements {
      let places = (0..<Self.pixels).map { $0 * elements + k }
      for place in places { after[place] += 0.3 / (counts[k] + 1) * change[place] }
      let length = places.reduce(0.0) { $0 + after[$1] * after[$1] }.squareRoot()
      for place in places { after[place] /= length }
    }
    return (after, counts, error, norm)
  }

  private func normalized(_ x: [Double]) -> [Double] {
    let mean = x.reduce(0, +) / Double(x.count)
    let squares = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(x.count - 1)).squareRoot()
    return x.map { ($0 - mean) / deviation }
  }

  @Test func thresholdsRiseByStepsUpToTheLast() throws {
    let configuration = try ModelConfiguration.small(latents: 4) { $0.family = .lca }.sparseCoding
    let found = [0, 4, 5, 12, 30, 34, 35, 99].map { configuration.threshold(epoch: $0) }
    let expected = [0.05, 0.05, 0.15, 0.25, 0.65, 0.65, 0.7, 0.7]
    for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-12) }
  }
}
