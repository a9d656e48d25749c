import Foundation
internal import Tensors

/// The prior of the latent variables: the section `model.prior` of a configuration.
public struct PriorConfiguration: Codable, Sendable, Equatable {
  /// The law of the initial log rates of a Poisson prior.
  public enum Distribution: String, Codable, Sendable, CaseIterable {
    /// Uniform between −6 and the clamp.
    case uniform
    /// The clamp everywhere.
    case constant
    /// Normal with mean 0 and deviation |ln |clamp||.
    case normal
  }

  /// Whether the prior is learned; the rates of a Poisson prior always are.
  public var trainable: Bool
  /// The law of the initial log rates.
  public var distribution: Distribution
  /// The upper end of the initial log rates, or the value, in log expected spikes per sample.
  public var clamp: Double

  /// Describes a prior.
  ///
  /// - Parameters:
  ///   - trainable: Whether it is learned.
  ///   - distribution: The law of the initial log rates.
  ///   - clamp: Its parameter.
  public init(trainable: Bool, distribution: Distribution, clamp: Double) {
    self.trainable = trainable
    self.distribution = distribution
    self.clamp = clamp
  }

  /// Returns initial log rates of a Poisson prior, drawn from NumPy's generator as the published code does it.
  ///
  /// Values above 6 become 0. The normal law uses Box & Muller's transform on that generator and so
  /// shares only its distribution with NumPy, not its values.
  ///
  /// - Parameters:
  ///   - count: Number of latents.
  ///   - seed: The run's seed.
  /// - Returns: ρ.
  public func initialLogRates(count: Int, seed: UInt32) -> [Float] {
    var generator = PCG64(seed: seed)
    return (0..<count).map { _ in
      let value: Double
      switch distribution {
      case .constant: value = clamp
      case .uniform: value = -6 + (clamp + 6) * generator.uniform()
      case .normal:
        let radius = (-2 * log(1 - generator.uniform())).squareRoot()
        value = abs(log(abs(clamp))) * radius * cos(2 * Double.pi * generator.uniform())
      }
      return value > 6 ? 0 : Float(value)
    }
  }
}
