/// A view of a row-major matrix of `Float` that somebody else owns.
public struct Matrix {
  /// The elements, row by row.
  public let elements: UnsafeMutableBufferPointer<Float>
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int

  /// Views `elements` as a matrix.
  ///
  /// - Parameters:
  ///   - elements: Exactly `rows * columns` of them.
  ///   - rows: Number of rows.
  ///   - columns: Number of columns.
  public init(_ elements: UnsafeMutableBufferPointer<Float>, rows: Int, columns: Int) {
    precondition(
      elements.count == rows * columns, "\(elements.count) elements are not [\(rows), \(columns)]")
    self.elements = elements
    self.rows = rows
    self.columns = columns
  }

  /// The matrix read with rows and columns exchanged; no element moves.
  public var transposed: Transposed { Transposed(matrix: self) }

  /// The rows of a range, as a matrix of their own.
  ///
  /// - Parameter range: Row numbers.
  /// - Returns: A view of the same memory.
  public func rows(_ range: Range<Int>) -> Matrix {
    let part = elements[range.lowerBound * columns..<range.upperBound * columns]
    return Matrix(UnsafeMutableBufferPointer(rebasing: part), rows: range.count, columns: columns)
  }

  /// A matrix that is to be read transposed.
  public struct Transposed {
    /// The matrix as it lies in memory.
    public let matrix: Matrix
  }
}
