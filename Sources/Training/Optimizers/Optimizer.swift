public import Tensors

/// How parameters follow their gradient.
public protocol Optimizer {
  /// What is remembered from step to step: one value a parameter each, by the names of a checkpoint.
  var moments: [(name: String, values: AlignedBuffer<Float>)] { get }

  /// Moves the parameters by one step.
  ///
  /// - Parameters:
  ///   - parameters: The flat vector.
  ///   - gradient: ∂loss/∂parameters before any scaling.
  ///   - factor: What the gradient is multiplied by, as norm clipping wants it.
  ///   - learningRate: η.
  ///   - step: Number of updates made before this one.
  func update(
    _ parameters: AlignedBuffer<Float>, gradient: AlignedBuffer<Float>, factor: Double,
    learningRate: Double, step: Int)
}
