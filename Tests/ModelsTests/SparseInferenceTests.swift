import Foundation
import Models
import Tensors
import TestSupport
import Testing

/// Codes against NumPy in double precision and coordinate descent; see `Fixtures/make_sparse_coding_fixture.py`.
@Suite struct SparseInferenceTests {
  private static let pixels = 12
  private static let elements = 70
  private static let images = 20
  private static let threshold = 0.3

  private struct Golden: Decodable {
    let codes: [String: [Double]]
    let energies: [String: [Double]]
    let leastEnergies: [Double]

    static func read() throws -> Golden {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/sparse_coding.json")
      return try decoder.decode(Golden.self, from: Data(contentsOf: url))
    }
  }

  /// Images, a dictionary of norm 1, and memory for codes.
  private struct Problem {
    let x = AlignedBuffer<Float>(count: images * pixels, repeating: 0)
    let dictionary = AlignedBuffer<Float>(count: pixels * elements, repeating: 0)
    let drive = AlignedBuffer<Float>(count: images * elements, repeating: 0)
    let state = AlignedBuffer<Float>(count: images * elements, repeating: 0)
    let code = AlignedBuffer<Float>(count: images * elements, repeating: 0)

    init() {
      for i in x.elements.indices { x.elements[i] = 2 * number(i + 5) }
      for i in dictionary.elements.indices { dictionary.elements[i] = number(i + 1000) }
      let factors = AlignedBuffer<Double>(count: elements, repeating: 0)
      SparseCoder.normalizeColumns(phi, factors: factors.elements)
      multiply(Matrix(x.elements, rows: images, columns: pixels), phi, into: matrix(drive))
    }

    var phi: Matrix { Matrix(dictionary.elements, rows: pixels, columns: elements) }

    func matrix(_ buffer: AlignedBuffer<Float>) -> Matrix {
      Matrix(buffer.elements, rows: images, columns: elements)
    }

    func infer(_ method: SparseInference.Method, iterations: Int, rows: Range<Int> = 0..<images) {
      let inference = SparseInference(method, elements: elements)
      inference.prepare(phi)
      inference.infer(
        drive: matrix(drive).rows(rows), state: matrix(state).rows(rows),
        into: matrix(code).rows(rows), threshold: threshold, iterations: iterations)
    }

    /// ½‖x − Φa‖² + λ‖a‖₁ of an image, in double precision.
    func energy(_ image: Int) -> Double {
      var sum = 0.0
      for pixel in 0..<pixels {
        var error = Double(x.elements[image * pixels + pixel])
        for k in 0..<elements {
          error -=
            Double(dictionary.elements[pixel * elements + k])
            * Double(code.elements[image * elements + k])
        }
        sum += error * error / 2
      }
      for k in 0..<elements { sum += threshold * Double(code.elements[image * elements + k]) }
      return sum
    }

    private func number(_ i: Int) -> Float {
      let i = UInt64(i)
      return Float(Double((i * i * 2_654_435_761 + i * 40503) % (1 << 32)) / 2_147_483_648 - 1)
    }
  }

  private static let methods: [(String, SparseInference.Method)] = [
    ("lca", .lca(timeConstant: 20)), ("ista", .ista), ("fista", .fista),
  ]

  @Test(arguments: [0, 1, 2]) func codesAreThoseOfDoublePrecision(_ place: Int) throws {
    let (name, method) = Self.methods[place]
    let golden = try Golden.read()
    let problem = Problem()
    problem.infer(method, iterations: 60)
    let expected = try #require(golden.codes[name])
    let tolerance = Tolerance(
      absolute: (name == "fista" ? 500 : 60) * 0x1p-23 + 4e-6,
      because: """
        a tenth of sums of one or two dozen floats leaves each of 60 steps off by about 2⁻²³; in \
        the valleys that 70 elements have for 12 pixels nothing takes that back, and momentum \
        carries it on, as if there were 500 steps; the step size, by power iteration, is off by a \
        millionth, and the way to the largest code is 4 long
        """)
    #expect(mismatch(problem.code.elements, expected, within: tolerance) == nil)
    for image in 0..<Self.images {
      #expect(abs(problem.energy(image) - (golden.energies[name]?[image] ?? 0)) < 1e-5)
    }
  }

  @Test(arguments: [0, 1, 2]) func manyIterationsReachTheLeastEnergy(_ place: Int) throws {
    let golden = try Golden.read()
    let problem = Problem()
    problem.infer(Self.methods[place].1, iterations: 20_000)
    // LCA creeps along flat valleys: an image or two is 1e-4 above after 20,000 iterations.
    let tolerance = place == 0 ? 3e-4 : 2e-5
    for image in 0..<Self.images {
      #expect(abs(problem.energy(image) - golden.leastEnergies[image]) < tolerance)
    }
  }

  @Test func aCodeDoesNotDependOnItsCompany() {
    for (_, method) in Self.methods {
      let (together, apart) = (Problem(), Problem())
      together.infer(method, iterations: 30)
      for rows in [0..<1, 1..<7, 7..<20] { apart.infer(method, iterations: 30, rows: rows) }
      #expect(Array(together.code.elements) == Array(apart.code.elements))
      #expect(together.code.elements.contains { $0 > 0 })
    }
  }

  @Test func momentumIsFaster() {
    let (plain, fast) = (Problem(), Problem())
    plain.infer(.ista, iterations: 40)
    fast.infer(.fista, iterations: 40)
    func total(_ problem: Problem) -> Double {
      (0..<Self.images).reduce(0) { $0 + problem.energy($1) }
    }
    #expect(total(fast) < total(plain))
  }
}
