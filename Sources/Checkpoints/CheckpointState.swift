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
  /// What the numbers were computed with: libraries, instruction sets, threads of a rank.
  public var kernels: String
  /// A digest of what that makes of fixed numbers; empty in files before version 0.2.
  public var fingerprint: String
  /// The SHA-256 over the samples and labels of the run; empty in files before version 0.2.
  public var dataDigest: String
  /// The SHA-256 over how these were made; empty in files before version 0.2.
  public var dataOrigin: String
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
  ///   - fingerprint: A digest of what that makes of fixed numbers.
  ///   - dataDigest: The SHA-256 over the samples and labels of the run.
  ///   - dataOrigin: The SHA-256 over how these were made.
  ///   - metrics: Metrics at this step, as JSON.
  public init(
    step: Int, epoch: Int, seed: UInt32, shards: Int, configuration: String, shoalVersion: String,
    kernels: String, fingerprint: String, dataDigest: String = "", dataOrigin: String = "",
    metrics: String
  ) {
    self.step = step
    self.epoch = epoch
    self.seed = seed
    self.shards = shards
    self.configuration = configuration
    self.shoalVersion = shoalVersion
    self.kernels = kernels
    self.fingerprint = fingerprint
    self.dataDigest = dataDigest
    self.dataOrigin = dataOrigin
    self.metrics = metrics
  }
}
