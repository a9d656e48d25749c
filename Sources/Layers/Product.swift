public import Tensors

/// A dense product or convolution of a layer, with its two gradients: where the time goes.
public struct Product: Sendable {
  /// What is computed for each sample.
  public enum Kind: Sendable {
    /// A matrix of this many outputs and inputs, applied to as many rows a sample.
    case dense(rows: Int, inputs: Int, outputs: Int)
    /// A convolution.
    case convolution(Convolution.Shape)
  }

  /// What is computed for each sample.
  public var kind: Kind
  /// Whether anything before it learns, so that the gradient of its input is needed.
  public var needsInputGradient = true

  /// Describes a product whose input's gradient is needed.
  ///
  /// - Parameter kind: What is computed for each sample.
  public init(kind: Kind) { self.kind = kind }

  /// Multiplications with an addition for one sample, forward.
  public var multiplyAdds: Int {
    switch kind {
    case .dense(let rows, let inputs, let outputs): rows * inputs * outputs
    case .convolution(let shape): shape.multiplyAdds
    }
  }
}
