public import Tensors

/// A trainable array of a model, and where its gradient is added up.
///
/// Both are views into flat vectors that have one ``ParameterLayout``.
public struct Parameter {
  /// The values.
  public let value: UnsafeMutableBufferPointer<Float>
  /// ∂loss/∂value, to which every backward pass adds.
  public let gradient: UnsafeMutableBufferPointer<Float>
  /// Extents.
  public let shape: [Int]

  /// Finds a parameter in the vectors of a model.
  ///
  /// - Parameters:
  ///   - entry: The parameter's place and shape.
  ///   - values: The model's parameters.
  ///   - gradients: Their gradients.
  public init(
    _ entry: ParameterLayout.Entry, in values: AlignedBuffer<Float>, gradients: AlignedBuffer<Float>
  ) {
    value = values.view(entry.range)
    gradient = gradients.view(entry.range)
    shape = entry.shape
  }

  /// The values as a matrix: the first extent counts rows, the others columns.
  public var valueMatrix: Matrix {
    Matrix(value, rows: shape[0], columns: value.count / shape[0])
  }

  /// The gradient as a matrix of the same shape.
  public var gradientMatrix: Matrix {
    Matrix(gradient, rows: shape[0], columns: gradient.count / shape[0])
  }
}
