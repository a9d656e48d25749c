import Tensors
import Testing

/// By the library that is used where nothing is said; ``ProductLibraryTests`` has the other.
@Suite struct MultiplyTests {
  private let a = AlignedBuffer<Float>(count: 6, repeating: 0)
  private let b = AlignedBuffer<Float>(count: 6, repeating: 0)
  private let c = AlignedBuffer<Float>(count: 9, repeating: 1)

  init() {
    for i in 0..<6 {
      a.elements[i] = Float(i + 1)
      b.elements[i] = Float(10 - i)
    }
  }

  @Test func aTimesB() {
    // [1 2 3; 4 5 6]·[10 9; 8 7; 6 5]
    let product = Matrix(c.view(0..<4), rows: 2, columns: 2)
    multiply(
      Matrix(a.elements, rows: 2, columns: 3), Matrix(b.elements, rows: 3, columns: 2),
      into: product)
    #expect(Array(product.elements) == [44, 38, 116, 101])
  }

  @Test func aTimesBTransposedIsScaledAndAdded() {
    // [1 2 3; 4 5 6]·[10 9 8; 7 6 5]ᵀ = [52 34; 133 88]
    let product = Matrix(c.view(0..<4), rows: 2, columns: 2)
    multiply(
      Matrix(a.elements, rows: 2, columns: 3), Matrix(b.elements, rows: 2, columns: 3).transposed,
      into: product, adding: true, scale: 2)
    #expect(Array(product.elements) == [105, 69, 267, 177])
  }

  @Test func aTransposedTimesB() {
    // [1 2 3; 4 5 6]ᵀ·[10 9 8; 7 6 5]
    let product = Matrix(c.elements, rows: 3, columns: 3)
    multiply(
      Matrix(a.elements, rows: 2, columns: 3).transposed, Matrix(b.elements, rows: 2, columns: 3),
      into: product)
    #expect(Array(product.elements) == [38, 33, 28, 55, 48, 41, 72, 63, 54])
  }
}
