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

/// Sets values to independent normal numbers of mean 0.
///
/// - Parameters:
///   - values: Receives them.
///   - deviation: The standard deviation.
///   - stream: Where random numbers come from; one stream a parameter.
public func fillNormal(
  _ values: UnsafeMutableBufferPointer<Float>, deviation: Double, from stream: inout RandomStream
) {
  for i in values.indices { values[i] = Float(deviation * stream.normal()) }
}
