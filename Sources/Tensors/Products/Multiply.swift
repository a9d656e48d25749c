/// Writes a·b, or adds it to what is there.
///
/// - Parameters:
///   - a: Shape [m, k].
///   - b: Shape [k, n].
///   - product: Receives `scale`·a·b, shape [m, n].
///   - adding: Whether `product` keeps what it holds.
///   - scale: A factor.
public func multiply(
  _ a: Matrix, _ b: Matrix, into product: Matrix, adding: Bool = false, scale: Float = 1
) {
  multiply(Operand(a), Operand(b), product, adding, scale)
}

/// Writes a·bᵀ, or adds it to what is there; see
/// ``multiply(_:_:into:adding:scale:)-(Matrix,_,_,_,_)``.
///
/// - Parameters:
///   - a: Shape [m, k].
///   - b: The transpose of a matrix of shape [n, k].
///   - product: Receives `scale`·a·bᵀ, shape [m, n].
///   - adding: Whether `product` keeps what it holds.
///   - scale: A factor.
public func multiply(
  _ a: Matrix, _ b: Matrix.Transposed, into product: Matrix, adding: Bool = false, scale: Float = 1
) {
  multiply(Operand(a), Operand(b), product, adding, scale)
}

/// Writes aᵀ·b, or adds it to what is there.
///
/// - Parameters:
///   - a: The transpose of a matrix of shape [k, m].
///   - b: Shape [k, n].
///   - product: Receives `scale`·aᵀ·b, shape [m, n].
///   - adding: Whether `product` keeps what it holds.
///   - scale: A factor.
public func multiply(
  _ a: Matrix.Transposed, _ b: Matrix, into product: Matrix, adding: Bool = false, scale: Float = 1
) {
  multiply(Operand(a), Operand(b), product, adding, scale)
}

/// A factor as libraries want it described.
private struct Operand {
  let matrix: Matrix
  let isTransposed: Bool

  init(_ matrix: Matrix) {
    self.matrix = matrix
    isTransposed = false
  }

  init(_ transposed: Matrix.Transposed) {
    matrix = transposed.matrix
    isTransposed = true
  }

  var rows: Int { isTransposed ? matrix.columns : matrix.rows }
  var columns: Int { isTransposed ? matrix.rows : matrix.columns }
  var factor: ProductLibrary.Factor {
    (UnsafePointer(matrix.elements.baseAddress), isTransposed)
  }
}

private func multiply(
  _ a: Operand, _ b: Operand, _ product: Matrix, _ adding: Bool, _ scale: Float
) {
  precondition(
    a.columns == b.rows && a.rows == product.rows && b.columns == product.columns,
    "[\(a.rows), \(a.columns)]·[\(b.rows), \(b.columns)] is not [\(product.rows), \(product.columns)]"
  )
  ProductLibrary.current.multiply(
    a.factor, b.factor, into: product.elements.baseAddress, (m: a.rows, n: b.columns, k: a.columns),
    scale: scale, keep: adding ? 1 : 0)
}
