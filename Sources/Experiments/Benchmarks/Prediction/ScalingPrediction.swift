import DataParallel
import Datasets
import Layers
public import MPI
import Models
import Training

/// How long a step would take on 1, 2, 4, … 4096 ranks, from what is measured on the ranks there are.
public struct ScalingPrediction {
  /// A network that is not measured but described.
  public struct Network: Sendable {
    /// Microseconds of a message.
    public let alpha: Double
    /// GB/s in each direction.
    public let beta: Double

    /// Describes a network.
    ///
    /// - Parameters:
    ///   - alpha: Microseconds of a message, positive.
    ///   - beta: GB/s in each direction, positive.
    public init(alpha: Double, beta: Double) {
      self.alpha = alpha
      self.beta = beta
    }
  }

  let plan: StepPlan
  let prediction: StepPrediction
  let networks: StepPrediction.Networks?
  let times: [StepPlan.Share: ComputeTimes]
  /// Number of ranks that measured, and milliseconds of their steps, if they are on the network that is
  /// predicted.
  let measured: (ranks: Int, steps: ComputeTimes)?
  /// Whether all ranks that measured share one node's memory.
  let isOneNode: Bool

  /// Measures and predicts.
  ///
  /// - Parameters:
  ///   - run: The step.
  ///   - network: A network that is not there; `nil` to measure the one between the ranks.
  ///   - world: All ranks; all must call this.
  /// - Throws: What training throws.
  public init(_ run: RunConfiguration, over network: Network?, on world: Communicator) throws {
    let side = run.data.name.imageSide
    let layout = try run.model.model(height: side, width: side).layout.parameters
    plan = StepPlan(
      batch: run.training.batch, shards: run.reduction.shards, tensors: layout.entries.count,
      bucketLengths: GradientReduction.bucketLengths(of: layout),
      bytesPerElement: run.reduction.mode == .exact ? 8 : 4)
    let ranks = Set((0...12).map { 1 << $0 } + [world.size]).sorted()
    let measurement = try ComputeMeasurement(run, plan, ranks: ranks, on: world)
    times = measurement.times
    if let network {
      networks = try NetworkMeasurement.network(
        alpha: network.alpha, beta: network.beta, on: world)
    } else {
      networks = try NetworkMeasurement.networks(on: world)
    }
    let node = try world.splitByNode()
    isOneNode = node.size == world.size
    try node.close()
    measured =
      network == nil && !measurement.steps.isEmpty
      ? (world.size, ComputeTimes(measurement.steps)) : nil
    prediction = StepPrediction(plan, ranks: ranks, times: times, networks)
  }
}
