public import Checkpoints
public import DataParallel
public import Datasets
public import Models
public import Tensors
public import Training

/// Everything that determines a run.
public struct RunConfiguration: Codable, Sendable, Equatable {
  /// The published recipe that the run started from.
  public var profile: Profile
  /// Seed of all random numbers.
  public var seed: UInt32
  /// The data set and how it is prepared.
  public var data: DataConfiguration
  /// The model.
  public var model: ModelConfiguration
  /// How the model is trained.
  public var training: TrainingConfiguration
  /// How gradients are added over ranks.
  public var reduction: ReductionConfiguration
  /// When checkpoints are written and kept.
  public var checkpoints: CheckpointConfiguration
  /// What computes.
  public var kernels: KernelsConfiguration

  /// Whether the run shall go on when it loses a rank, where the launcher allows that.
  public var survivesLosses: Bool { training.onRankFailure == .continue }
}

/// A published recipe.
public enum Profile: String, Codable, Sendable, CaseIterable {
  /// The recipe of the paper's numbers; another name of 2024.
  case paper
  /// The code of 2024.
  case published2024 = "2024"
  /// The code of 2026.
  case published2026 = "2026"
}
