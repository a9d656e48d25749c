import DataParallel
import Datasets
import Foundation
public import MPI
import Tensors
import Training

/// Samples per second on 1, 2, 4, … of the ranks there are, and with fast instead of exact sums.
public struct ScalingBenchmark {
  /// What was measured on some of the ranks.
  public struct Row: Sendable {
    /// Number of ranks.
    public let ranks: Int
    /// Median time of a step with exact sums.
    public let exactMilliseconds: Double
    /// Median time of a step with fast sums.
    public let fastMilliseconds: Double
  }

  /// One row for each number of ranks, ascending.
  public let rows: [Row]
  /// Samples of the global batch.
  public let batch: Int

  /// Measures all in turn, several times.
  ///
  /// - Parameters:
  ///   - run: Batch, latents, method, temperature and shards of the step.
  ///   - rounds: How often each is measured.
  ///   - world: All ranks; all must call this.
  /// - Throws: What training throws, as where there are more ranks than shards.
  public init(
    _ run: RunConfiguration, rounds: Int = 20, on world: Communicator
  ) throws {
    var sizes = [1]
    while let last = sizes.last, last < world.size { sizes.append(min(2 * last, world.size)) }
    var groups: [Group] = []
    for size in sizes { groups.append(try Group(run, size: size, of: world)) }
    // All take turns in every round, so that a machine that changes its pace changes all alike.
    for _ in 0..<rounds {
      for index in groups.indices {
        try groups[index].measure()
        try awaitQuietly(world)
      }
    }
    for group in groups { try group.communicator.close() }
    batch = run.training.batch
    rows = zip(sizes, groups).map { size, group in
      Row(
        ranks: size, exactMilliseconds: median(group.exactTimes),
        fastMilliseconds: median(group.fastTimes))
    }
  }

  /// The results by name.
  public var fields: [(String, MetricValue)] {
    rows.flatMap { row in
      [
        ("exact_milliseconds_\(row.ranks)_ranks", .number(row.exactMilliseconds)),
        ("fast_milliseconds_\(row.ranks)_ranks", .number(row.fastMilliseconds)),
        (
          "samples_per_second_\(row.ranks)_ranks",
          .number(Double(batch) / row.exactMilliseconds * 1000)
        ),
        ("speed_up_\(row.ranks)_ranks", .number(rows[0].exactMilliseconds / row.exactMilliseconds)),
        (
          "exact_over_fast_\(row.ranks)_ranks",
          .number(row.exactMilliseconds / row.fastMilliseconds)
        ),
      ]
    }
  }
}

/// Waits for all ranks without keeping a core busy, as MPI's own barrier does, beside those that are measured.
func awaitQuietly(_ world: Communicator) throws(MPIError) {
  let nothing = AlignedBuffer<Int32>(count: 1, repeating: 0)
  var request = try world.startAllReduce(nothing.elements, .maximum)
  while try !request.test() { usleep(500) }
  try request.wait()
}

/// Some of the ranks, with a trainer of either kind; the other ranks hold an empty one.
private struct Group {
  let communicator: Communicator
  private let exact: Trainer?
  private let fast: Trainer?
  private(set) var exactTimes: [Double] = []
  private(set) var fastTimes: [Double] = []

  init(_ run: RunConfiguration, size: Int, of world: Communicator) throws {
    let takesPart = world.rank < size
    let communicator = try world.split(color: takesPart ? 0 : 1, key: world.rank)
    func trainer(_ mode: ReductionMode) throws -> Trainer? {
      guard takesPart else { return nil }
      let settings = BenchmarkModel.settings(run, mode: mode)
      return try BenchmarkModel.trainer(settings, on: communicator)
    }
    self.communicator = communicator
    exact = try trainer(.exact)
    fast = try trainer(.fast)
  }

  /// Makes some steps of either kind.
  mutating func measure() throws {
    guard let exact, let fast else { return }
    exactTimes += try BenchmarkModel.milliseconds(calls: 5, warmUp: 1) { _ = try exact.step() }
    fastTimes += try BenchmarkModel.milliseconds(calls: 5, warmUp: 1) { _ = try fast.step() }
  }
}
