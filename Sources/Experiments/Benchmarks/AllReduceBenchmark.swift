import DataParallel
import Datasets
import Layers
public import MPI
import Models
import Tensors

/// How long the gradient's reduction takes, exact and fast, without the rest of a step.
public struct AllReduceBenchmark {
  /// Number of values reduced.
  public let parameters: Int
  /// Median time of an exact reduction, its small agreement included.
  public let exactMilliseconds: Double
  /// Median time of a fast reduction, its small agreement included.
  public let fastMilliseconds: Double

  /// Measures both in turn.
  ///
  /// - Parameters:
  ///   - run: Model and shards.
  ///   - world: The ranks that reduce; all must call this.
  /// - Throws: `MPIError`; `DatasetError` where there are more ranks than shards.
  public init(_ run: RunConfiguration, on world: Communicator) throws {
    let side = run.data.name.imageSide
    let layout = try run.model.model(height: side, width: side).layout.parameters
    let shards = run.reduction.shards
    let ownership = try ShardOwnership(shards: shards, ranks: world.size)
    let agreement = StepAgreement(
      magnitudes: layout.entries.count, shards: shards, termsPerShard: 2)
    func times(_ mode: ReductionMode) throws -> [Double] {
      let reduction = try GradientReduction(
        layout: layout, shards: (0..<world.size).map { ownership.shards(of: $0).count }, mode: mode,
        sharesMemory: run.reduction.sharedMemory, on: world)
      for (shard, gradient) in reduction.gradients.enumerated() {
        var stream = RandomStream(seed: 1, purpose: .initialization, world.rank, shard)
        for i in gradient.elements.indices { gradient.elements[i] = Float(stream.normal()) }
      }
      var magnitudes: [UInt32] = []
      return try BenchmarkModel.milliseconds(calls: 20, warmUp: 3) {
        agreement.clear()
        reduction.begin(after: magnitudes)
        try reduction.report(to: agreement)
        try agreement.agree(on: world)
        _ = try reduction.reduce(agreement)
        magnitudes = layout.entries.indices.map(agreement.magnitude)
      }
    }
    var exact: [Double] = []
    var fast: [Double] = []
    for _ in 0..<5 {
      exact += try times(.exact)
      fast += try times(.fast)
    }
    parameters = layout.parameterCount
    exactMilliseconds = exact.sorted()[exact.count / 2]
    fastMilliseconds = fast.sorted()[fast.count / 2]
  }

  /// The results by name.
  public var fields: [(String, MetricValue)] {
    [
      ("parameters", .integer(parameters)), ("exact_milliseconds", .number(exactMilliseconds)),
      ("fast_milliseconds", .number(fastMilliseconds)),
      ("exact_over_fast", .number(exactMilliseconds / fastMilliseconds)),
    ]
  }
}
