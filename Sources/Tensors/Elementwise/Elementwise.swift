internal import CKernels

/// Makes this thread treat denormal numbers as zero; to be called once, before any computation.
///
/// Vanishing rates and moments produce denormals, which cost up to ten times a normal operation.
public func flushDenormals() { shoal_flush_denormals() }

extension Matrix {
  /// Replaces this reconstruction y by `scale`·(y − x).
  ///
  /// - Parameters:
  ///   - input: x, of the same shape.
  ///   - scale: A factor.
  /// - Returns: Σ (y − x)², over all elements.
  public func subtract(_ input: Matrix, scale: Float) -> Double {
    precondition(rows == input.rows && columns == input.columns, "the shapes differ")
    return shoal_residual(elements.count, elements.baseAddress, input.elements.baseAddress, scale)
  }

  /// Copies rows of another matrix, in any order.
  ///
  /// - Parameters:
  ///   - source: Of as many columns.
  ///   - numbers: A number for each row of this matrix.
  ///   - first: The number of the source's first row.
  public func gatherRows(
    of source: Matrix, _ numbers: UnsafeBufferPointer<Int>, from first: Int
  ) {
    precondition(
      numbers.count == rows && columns == source.columns
        && numbers.allSatisfy { $0 >= first && $0 - first < source.rows },
      "\(numbers.count) rows of [\(source.rows), \(source.columns)] are not [\(rows), \(columns)]")
    shoal_gather_rows(
      rows, columns, source.elements.baseAddress, numbers.baseAddress, first, elements.baseAddress)
  }

  /// Adds `row` to each row.
  ///
  /// - Parameter row: Shape [columns].
  public func addToEachRow(_ row: UnsafeMutableBufferPointer<Float>) {
    precondition(row.count == columns, "\(row.count) elements are not a row of \(columns)")
    shoal_add_row(rows, columns, elements.baseAddress, row.baseAddress)
  }

  /// Adds the sum over rows to `sums`.
  ///
  /// - Parameter sums: Shape [columns].
  public func addColumnSums(to sums: UnsafeMutableBufferPointer<Double>) {
    precondition(sums.count == columns, "\(sums.count) elements are not a row of \(columns)")
    shoal_add_column_sums(rows, columns, elements.baseAddress, sums.baseAddress)
  }

  /// Adds the sum over rows to `sums`, as they come: for gradients, which are rounded to `Float` anyway.
  ///
  /// - Parameter sums: Shape [columns].
  public func addColumnSums(to sums: UnsafeMutableBufferPointer<Float>) {
    precondition(sums.count == columns, "\(sums.count) elements are not a row of \(columns)")
    for row in 0..<rows {
      for column in sums.indices { sums[column] += elements[row * columns + column] }
    }
  }

  /// Adds the sum over rows of the squares to `sums`.
  ///
  /// - Parameter sums: Shape [columns].
  public func addColumnSquareSums(to sums: UnsafeMutableBufferPointer<Double>) {
    precondition(sums.count == columns, "\(sums.count) elements are not a row of \(columns)")
    shoal_add_column_square_sums(rows, columns, elements.baseAddress, sums.baseAddress)
  }
}

/// Returns Σ x², summed in `Double` in a fixed order.
///
/// - Parameter elements: x.
/// - Returns: The sum.
public func sumOfSquares(_ elements: UnsafeMutableBufferPointer<Float>) -> Double {
  shoal_sum_of_squares(elements.count, elements.baseAddress)
}
