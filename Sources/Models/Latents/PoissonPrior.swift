import Foundation
internal import Tensors

/// How the log rates of a Poisson prior start.
public struct PoissonPriorConfiguration: Codable, Sendable, Equatable {
  /// The law of the initial values.
  public enum Distribution: String, Codable, Sendable, CaseIterable {
    /// Uniform between −6 and the clamp.
    case uniform
    /// The clamp everywhere.
    case constant
    /// Normal with mean 0 and deviation |ln |clamp||.
    case normal
  }

  /// The law of the initial values.
  public var distribution: Distribution
  /// The upper end, or the value, in log expected spikes per sample.
  public var clamp: Double

  /// Describes the initial values.
  ///
  /// - Parameters:
  ///   - distribution: Their law.
  ///   - clamp: Its parameter.
  public init(distribution: Distribution, clamp: Double) {
    self.distribution = distribution
    self.clamp = clamp
  }

  /// Returns initial log rates, drawn from NumPy's generator as the published code does it.
  ///
  /// Values above 6 become 0. The normal law uses Box & Muller's transform on that generator and so
  /// shares only its distribution with NumPy, not its values.
  ///
  /// - Parameters:
  ///   - count: Number of latents.
  ///   - seed: The run's seed.
  /// - Returns: ρ.
  public func initialValues(count: Int, seed: UInt32) -> [Float] {
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
