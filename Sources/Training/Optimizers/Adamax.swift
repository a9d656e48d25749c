internal import CKernels
import Foundation
public import Tensors

/// The optimizer Adamax, which divides by the largest recent gradient instead of its deviation.
///
/// m ← β₁m + (1 − β₁)g, v ← max(β₂v, |g| + ε), p ← p − η/(1 − β₁ᵗ)·m/v, with t counted from 1. Weight
/// decay is added to the gradient first. Source: Kingma & Ba, "Adam: A Method for Stochastic
/// Optimization", ICLR 2015, §7.1.
public struct Adamax: Optimizer {
  /// m, one value a parameter.
  public let moment: AlignedBuffer<Float>
  /// v, one value a parameter.
  public let norm: AlignedBuffer<Float>
  private let configuration: AdamaxConfiguration
  private let weightDecay: Double

  /// Starts with moments of zero.
  ///
  /// - Parameters:
  ///   - configuration: Decay rates and ε.
  ///   - weightDecay: The factor of p that is added to the gradient.
  ///   - count: Number of parameters.
  public init(_ configuration: AdamaxConfiguration, weightDecay: Double, count: Int) {
    self.configuration = configuration
    self.weightDecay = weightDecay
    moment = AlignedBuffer(count: count, repeating: 0)
    norm = AlignedBuffer(count: count, repeating: 0)
  }

  /// m and v.
  public var moments: [(name: String, values: AlignedBuffer<Float>)] {
    [("first_moment", moment), ("infinity_norm", norm)]
  }

  /// Moves the parameters by one step.
  ///
  /// - Parameters:
  ///   - parameters: p.
  ///   - gradient: ∂loss/∂p before any scaling.
  ///   - factor: What the gradient is multiplied by, as norm clipping wants it.
  ///   - learningRate: η.
  ///   - step: Number of updates made before this one.
  public func update(
    _ parameters: AlignedBuffer<Float>, gradient: AlignedBuffer<Float>, factor: Double,
    learningRate: Double, step: Int
  ) {
    let correction = 1 - pow(configuration.firstMoment, Double(step + 1))
    shoal_adamax(
      parameters.elements.count, parameters.elements.baseAddress, gradient.elements.baseAddress,
      moment.elements.baseAddress, norm.elements.baseAddress, Float(factor), Float(weightDecay),
      Float(configuration.firstMoment), Float(configuration.secondMoment),
      Float(configuration.epsilon), Float(learningRate / correction))
  }
}
