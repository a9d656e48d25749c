public import Datasets
import Foundation
public import Models

/// Which latents the published code calls dead: rules made by hand for each model and data set.
///
/// They differ from the plain count of KL above 0.01 nats, and say little about categories and latent functions. Source: the
/// code of Vafaii, Galor & Yates, "Poisson Variational Autoencoder", NeurIPS 2024.
public struct ActiveLatents {
  /// The law of the latents.
  public let family: ModelFamily
  /// Whether the encoder is one matrix.
  public let hasLinearEncoder: Bool
  /// The data set.
  public let dataset: DatasetName

  /// Chooses the rules.
  ///
  /// - Parameters:
  ///   - model: The model's configuration.
  ///   - dataset: The data set.
  public init(_ model: ModelConfiguration, dataset: DatasetName) {
    family = model.family
    hasLinearEncoder = model.encoder.isLinear
    self.dataset = dataset
  }

  /// The share of active latents.
  ///
  /// - Parameters:
  ///   - kl: KL of each latent in nats, averaged over images.
  ///   - columnNorms: ‖φₖ‖ of a linear decoder; `nil` for another.
  /// - Returns: From 0 to 1; `nil` where the rule needs a linear decoder, or numbers are not finite.
  public func fraction(kl: [Double], columnNorms: [Double]?) -> Double? {
    guard kl.allSatisfy(\.isFinite), (columnNorms ?? []).allSatisfy(\.isFinite),
      let dead = dead(kl: kl, columnNorms: columnNorms)
    else { return nil }
    return Double(dead.count { !$0 }) / Double(dead.count)
  }

  private func dead(kl: [Double], columnNorms: [Double]?) -> [Bool]? {
    let kl = kl.map { max($0, Double(Float.ulpOfOne)) }
    let norms = columnNorms.map { $0.map { log(max($0, .leastNormalMagnitude)) } }
    switch (family, hasLinearEncoder) {
    case (.poisson, _) where dataset == .mnist: return kl.map { $0 < 0.01 }
    case (.laplace, true): return kl.map { $0 < 0.1 }
    case (.gaussian, true):
      let bound = dataset == .cifar16 ? 0.085 : 0.1
      return kl.map { $0 < bound }
    case (.categorical, _): return norms.map { Self.deadByNorm($0, factor: 2) }
    case (_, true):
      return norms.map { norms in
        let prefix = Self.deadPrefix(kl, alive: Self.deadByNorm(norms, factor: 8).map { !$0 })
        return zip(kl, prefix).map { $0 < 3e-4 || $1 }
      }
    case (_, false):
      let logs = kl.map { log($0) }
      let edge = Histogram(logs, edges: 10 * logs.count).highestGap(of: 2 * logs.count)
      return zip(kl, logs).map { kl, value in kl < 3e-4 || edge.map { value < $0 } ?? false }
    }
  }

  /// All latents of less KL than the first one that is called alive.
  private static func deadPrefix(_ kl: [Double], alive: [Bool]) -> [Bool] {
    var dead = [Bool](repeating: false, count: kl.count)
    for k in kl.indices.sorted(by: { kl[$0] < kl[$1] }) {
      if alive[k] { break }
      dead[k] = true
    }
    return dead
  }

  /// Columns whose log norm lies beyond a gap below the median, or beyond the outermost gaps of a coarse histogram.
  static func deadByNorm(_ logs: [Double], factor: Int) -> [Bool] {
    let count = logs.count
    let median = median(logs)
    let fine = Histogram(logs, edges: 10 * count).highestGap(of: 2 * count, below: median)
    let coarse = Histogram(logs, edges: max(2, count / factor)).outermostGaps
    return logs.map { value in
      fine.map { value < $0 } ?? false || coarse.map { value < $0.low || value > $0.high } ?? false
    }
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
