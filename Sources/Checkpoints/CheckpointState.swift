/// What a checkpoint holds besides vectors: attributes of the file's root.
public struct CheckpointState: Equatable, Codable, Sendable {
  /// Optimizer updates made so far.
  public var step: Int
  /// Passes over the data completed so far.
  public var epoch: Int
  /// The run's seed; with the step it determines every random number to come.
  public var seed: UInt32
  /// Micro-shards of the data set.
  public var shards: Int
  /// The resolved configuration, as YAML.
  public var configuration: String
  /// The program that wrote the file.
  public var shoalVersion: String
  /// What the numbers were computed with: BLAS kernels, instruction set, threads of a rank.
  public var kernels: String
  /// Metrics at this step, as JSON.
  public var metrics: String

  /// Puts a state together.
  ///
  /// - Parameters:
  ///   - step: Optimizer updates made so far.
  ///   - epoch: Passes over the data completed so far.
  ///   - seed: The run's seed.
  ///   - shards: Micro-shards of the data set.
  ///   - configuration: The resolved configuration, as YAML.
  ///   - shoalVersion: The program's version.
  ///   - kernels: What the numbers were computed with.
  ///   - metrics: Metrics at this step, as JSON.
  public init(
    step: Int, epoch: Int, seed: UInt32, shards: Int, configuration: String, shoalVersion: String,
    kernels: String, metrics: String
  ) {
    self.step = step
    self.epoch = epoch
    self.seed = seed
    self.shards = shards
    self.configuration = configuration
    self.shoalVersion = shoalVersion
    self.kernels = kernels
    self.metrics = metrics
  }
}
