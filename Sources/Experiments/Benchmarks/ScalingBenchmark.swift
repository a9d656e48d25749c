import DataParallel
import Datasets
public import MPI
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
  ///   - pixels: Values of a sample.
  ///   - rounds: How often each is measured.
  ///   - world: All ranks; all must call this.
  /// - Throws: What training throws, as where there are more ranks than shards.
  public init(
    _ run: RunConfiguration, pixels: Int = 256, rounds: Int = 10, on world: Communicator
  ) throws {
    var sizes = [1]
    while let last = sizes.last, last < world.size { sizes.append(min(2 * last, world.size)) }
    var times = Array(repeating: (exact: [Double](), fast: [Double]()), count: sizes.count)
    for (index, size) in sizes.enumerated() {
      let group = try world.split(color: world.rank < size ? 0 : 1, key: world.rank)
      if world.rank < size {
        let exact = try BenchmarkModel.trainer(
          BenchmarkModel.settings(run, pixels: pixels, mode: .exact), on: group)
        let fast = try BenchmarkModel.trainer(
          BenchmarkModel.settings(run, pixels: pixels, mode: .fast), on: group)
        for _ in 0..<rounds {
          times[index].exact += try BenchmarkModel.milliseconds(calls: 5, warmUp: 1) {
            _ = try exact.step()
          }
          times[index].fast += try BenchmarkModel.milliseconds(calls: 5, warmUp: 1) {
            _ = try fast.step()
          }
        }
      }
      try group.close()
      try world.barrier()
    }
    batch = run.training.batch
    rows = zip(sizes, times).map { size, times in
      Row(
        ranks: size, exactMilliseconds: median(times.exact), fastMilliseconds: median(times.fast))
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

private func median(_ values: [Double]) -> Double {
  values.isEmpty ? .nan : values.sorted()[values.count / 2]
}
