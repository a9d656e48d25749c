internal import CKernels
import Foundation
public import Tensors

/// Inference of non-negative sparse codes a of images x under a dictionary Φ: ½‖x − Φa‖² + λ‖a‖₁ is minimised.
///
/// LCA, from u = 0, with b = Φᵀx and G = ΦᵀΦ − 1: a = max(u − λ, 0), u ← u + (b − u − Ga)/τ; its code is that of the last
/// iteration's beginning. ISTA: a ← max(a + η(b − ΦᵀΦa) − ηλ, 0) with η = 1/‖Φ‖². FISTA: the same at a point extrapolated beyond
/// a. Codes being sparse, an iteration costs a row of ΦᵀΦ for each active element, and each image's code is the same to the
/// bit whatever images it is inferred with. Sources: Rozell et al., "Sparse Coding via Thresholding and Local Competition
/// in Neural Circuits", Neural Computation 2008; Beck & Teboulle, "A Fast Iterative Shrinkage-Thresholding Algorithm for
/// Linear Inverse Problems", SIAM J. Imaging Sciences 2009.
public struct SparseInference {
  /// How codes are improved.
  public enum Method: Sendable {
    /// The locally competitive algorithm, with its time constant τ in iterations.
    case lca(timeConstant: Double)
    /// Iterative shrinkage and thresholding.
    case ista
    /// The same with momentum.
    case fista
  }

  /// How codes are improved.
  public let method: Method
  /// Number of dictionary elements.
  public let elements: Int
  private let gram: AlignedBuffer<Float>
  private let blocks: AlignedBuffer<Float>
  private let indices: AlignedBuffer<UInt32>
  private let values: AlignedBuffer<Float>
  /// η of ISTA and FISTA.
  private let stepSize: AlignedBuffer<Float>
  /// A vector and its product, for power iteration.
  private let power: AlignedBuffer<Double>

  private static let blockWidth = Int(SHOAL_GRAM_BLOCK)
  private static let tile = 16

  /// Allocates memory.
  ///
  /// - Parameters:
  ///   - method: How codes are improved.
  ///   - elements: Number of dictionary elements.
  public init(_ method: Method, elements: Int) {
    self.method = method
    self.elements = elements
    let width = SparseInference.blockWidth
    let blockCount = (elements + width - 1) / width
    gram = AlignedBuffer(count: elements * elements, repeating: 0)
    blocks = AlignedBuffer(count: blockCount * width * elements, repeating: 0)
    indices = AlignedBuffer(count: SparseInference.tile * elements, repeating: 0)
    values = AlignedBuffer(count: SparseInference.tile * elements, repeating: 0)
    stepSize = AlignedBuffer(count: 1, repeating: 0)
    power = AlignedBuffer(count: 2 * elements, repeating: 0)
  }

  /// Takes a dictionary; to be called when it has changed.
  ///
  /// - Parameter dictionary: Φ, shape [pixels, elements].
  public func prepare(_ dictionary: Matrix) {
    precondition(dictionary.columns == elements, "\(dictionary.columns) are not \(elements)")
    let product = Matrix(gram.elements, rows: elements, columns: elements)
    multiply(dictionary.transposed, dictionary, into: product)
    let width = SparseInference.blockWidth
    for row in 0..<elements {
      for start in stride(from: 0, to: elements, by: width) {
        let count = min(width, elements - start)
        let place = start * elements + row * width
        let source = gram.view(row * elements + start..<row * elements + start + count)
        _ = blocks.view(place..<place + count).update(fromContentsOf: source)
      }
    }
    if case .lca = method { return }
    // A little less than 1/‖Φ‖², which power iteration finds from below.
    stepSize.elements[0] = Float(1 / (1.01 * largestEigenvalue()))
  }

  /// The largest eigenvalue of ΦᵀΦ, by power iteration from a vector that no dictionary is likely to be orthogonal to.
  private func largestEigenvalue() -> Double {
    let vector = power.view(0..<elements)
    let product = power.view(elements..<2 * elements)
    var stream = RandomStream(seed: 0, purpose: .initialization, elements)
    for k in vector.indices { vector[k] = stream.normal() }
    var value = 0.0
    for _ in 0..<1000 {
      product.update(repeating: 0)
      for row in 0..<elements {
        let gramRow = gram.view(row * elements..<(row + 1) * elements)
        for k in product.indices { product[k] += vector[row] * Double(gramRow[k]) }
      }
      let norm = product.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard norm > 0 else { return 1 }
      for k in vector.indices { vector[k] = product[k] / norm }
      if abs(norm - value) < 1e-7 * norm { return norm }
      value = norm
    }
    return value
  }

  /// Infers codes, from zero.
  ///
  /// - Parameters:
  ///   - drive: b = Φᵀx, shape [images, elements].
  ///   - state: Memory of the same shape.
  ///   - code: Receives a, of the same shape.
  ///   - threshold: λ.
  ///   - iterations: How many.
  public func infer(
    drive: Matrix, state: Matrix, into code: Matrix, threshold: Double, iterations: Int
  ) {
    precondition(
      drive.columns == elements && state.columns == elements && code.columns == elements
        && state.rows == drive.rows && code.rows == drive.rows, "the shapes differ")
    let (rule, rate): (Int, Float) =
      switch method {
      case .lca(let timeConstant): (SHOAL_LCA, Float(1 / timeConstant))
      case .ista: (SHOAL_ISTA, stepSize.elements[0])
      case .fista: (SHOAL_FISTA, stepSize.elements[0])
      }
    var arguments = shoal_sparse_codes(
      rows: drive.rows, elements: elements, gram: UnsafePointer(blocks.elements.baseAddress),
      drive: UnsafePointer(drive.elements.baseAddress), state: state.elements.baseAddress,
      code: code.elements.baseAddress, elements_scratch: indices.elements.baseAddress,
      values_scratch: values.elements.baseAddress, threshold: Float(threshold), rate: rate,
      rule: Int32(rule), iterations: iterations)
    shoal_sparse_code(&arguments)
  }
}
