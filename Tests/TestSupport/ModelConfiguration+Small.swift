import Foundation
public import Models

extension ModelConfiguration {
  /// A linear Poisson model of the published kind, changed as a test wants it.
  ///
  /// - Parameters:
  ///   - latents: Number of latent variables.
  ///   - change: Sets what differs.
  /// - Returns: The configuration.
  /// - Throws: Where a key is missing here.
  public static func small(
    latents: Int, _ change: (inout ModelConfiguration) -> Void = { _ in }
  ) throws -> ModelConfiguration {
    let published = """
      {
        "family": "poisson", "encoder": "linear", "decoder": "linear", "latents": \(latents),
        "categories": 5, "latent_function": "none", "initial_scale": 0.4, "dropout": 0.1,
        "prior": {"trainable": true, "distribution": "uniform", "clamp": 0.5},
        "rate_clamp": 5.3, "scale_clamp": 5.3, "indicator": "sigmoid", "excitation_only": false,
        "evaluation_counts": "truncated", "categorical_variance": "correct",
        "sparse_coding": {
          "threshold": 0.7, "threshold_start": 0.05, "threshold_step": 0.1, "threshold_epochs": 5,
          "iterations": 100, "time_constant": 100, "normalize_inputs": true
        }
      }
      """
    var configuration = try JSONDecoder().decode(
      ModelConfiguration.self, from: Data(published.utf8))
    change(&configuration)
    return configuration
  }
}
