internal import CKernels

extension Matrix {
  /// Writes swish(x) = x/(1 + e^−x).
  ///
  /// Source: Ramachandran, Zoph & Le, 2017.
  ///
  /// - Parameter y: Receives the result; may be this matrix.
  public func swish(into y: Matrix) {
    precondition(elements.count == y.elements.count, "the shapes differ")
    shoal_swish(elements.count, elements.baseAddress, y.elements.baseAddress)
  }

  /// Writes, or adds, ∂loss/∂x of swish for this x.
  ///
  /// - Parameters:
  ///   - yGradient: ∂loss/∂y.
  ///   - xGradient: Receives ∂loss/∂x; may be either argument.
  ///   - adding: Whether it keeps what it holds.
  public func swishBackward(_ yGradient: Matrix, into xGradient: Matrix, adding: Bool = false) {
    precondition(
      elements.count == yGradient.elements.count && elements.count == xGradient.elements.count,
      "the shapes differ")
    shoal_swish_backward(
      elements.count, elements.baseAddress, yGradient.elements.baseAddress, adding ? 1 : 0,
      xGradient.elements.baseAddress)
  }

  /// Replaces each x by max(x, 0) and, with noise, drops some and scales the others up.
  ///
  /// Source of dropout: Srivastava et al., JMLR 2014.
  ///
  /// - Parameters:
  ///   - keep: The probability with which a value is kept.
  ///   - layer: A number that tells the layers of a model apart.
  ///   - noise: Where random numbers come from; `nil` keeps all values as they are.
  public func rectify(keep: Float, layer: Int, noise: SampleNoise?) {
    precondition(noise.map { $0.samples.count == rows } ?? true, "the noise is of another batch")
    let key = noise?.key(for: .dropout) ?? SIMD2()
    var dropout = shoal_dropout(
      rows: rows, columns: columns, keep: keep, key: (key.x, key.y), step: noise?.step ?? 0,
      layer: UInt32(layer), samples: noise?.samples.baseAddress)
    shoal_rectify(&dropout, elements.baseAddress)
  }

  /// Replaces ∂loss/∂y by ∂loss/∂x, where this matrix is what ``rectify(keep:layer:noise:)`` made of x.
  ///
  /// - Parameters:
  ///   - gradient: ∂loss/∂y; receives ∂loss/∂x.
  ///   - scale: What kept values were multiplied by.
  public func rectifyBackward(_ gradient: Matrix, scale: Float) {
    precondition(elements.count == gradient.elements.count, "the shapes differ")
    shoal_rectify_backward(
      elements.count, elements.baseAddress, scale, gradient.elements.baseAddress)
  }

  /// Adds another matrix.
  ///
  /// - Parameter other: Of the same shape.
  public func add(_ other: Matrix) {
    precondition(elements.count == other.elements.count, "the shapes differ")
    shoal_add(elements.count, other.elements.baseAddress, elements.baseAddress)
  }

  /// Copies another matrix's elements.
  ///
  /// - Parameter other: Of the same shape.
  public func copy(_ other: Matrix) {
    precondition(elements.count == other.elements.count, "the shapes differ")
    _ = elements.update(fromContentsOf: other.elements)
  }
}
