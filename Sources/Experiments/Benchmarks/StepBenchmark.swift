import DataParallel
import Datasets
import Layers
public import MPI
import Models
import Tensors
import Training

/// How long a training step takes, and how long its dense products and convolutions alone.
public struct StepBenchmark {
  /// Median time of a step.
  public let millisecondsPerStep: Double
  /// Median time of the step's dense products on the whole batch, on one rank.
  public let denseMilliseconds: Double
  /// Median time of the step's convolutions on the whole batch, on one rank.
  public let convolutionMilliseconds: Double
  /// Samples of the global batch per second, on all ranks.
  public let samplesPerSecond: Double
  /// Multiplications and additions of all products in a step, in units of 10⁹.
  public let gigaflopPerStep: Double
  /// The largest posterior rate in the last step, in families that have rates.
  public let largestRate: Double?
  /// The number of ranks.
  public let ranks: Int

  /// Measures steps and products in turn, so that both see the same machine.
  ///
  /// - Parameters:
  ///   - run: Model, batch, method, temperature and reduction of the step.
  ///   - rounds: How often both are measured.
  ///   - world: The ranks that train; all must call this.
  /// - Throws: What training throws.
  public init(
    _ run: RunConfiguration, rounds: Int = 15, on world: Communicator
  ) throws {
    let trainer = try BenchmarkModel.trainer(BenchmarkModel.settings(run), on: world)
    let batch = run.training.batch
    let products = trainer.model.products
    let dense = ProductBenchmark(products.filter { !$0.isConvolution }, batch: batch)
    let convolutions = ProductBenchmark(products.filter(\.isConvolution), batch: batch)
    var steps: [Double] = []
    var denseTimes: [Double] = []
    var convolutionTimes: [Double] = []
    var largestRate: Double?
    // Long steps need fewer calls for a steady median.
    let calls = convolutions.isEmpty ? 4 : 1
    for _ in 0..<rounds {
      steps += try BenchmarkModel.milliseconds(calls: calls, warmUp: 1) {
        largestRate = try trainer.step().report.rates?.largest
      }
      if world.rank == 0 {
        denseTimes += BenchmarkModel.milliseconds(calls: calls, warmUp: 1) { dense.compute() }
        convolutionTimes += BenchmarkModel.milliseconds(calls: calls, warmUp: 1) {
          convolutions.compute()
        }
      }
      try world.barrier()
    }
    millisecondsPerStep = median(steps)
    denseMilliseconds = denseTimes.isEmpty ? 0 : median(denseTimes)
    convolutionMilliseconds = convolutionTimes.isEmpty ? 0 : median(convolutionTimes)
    samplesPerSecond = Double(batch) / millisecondsPerStep * 1000
    gigaflopPerStep = products.reduce(0) { $0 + $1.gigaflop(batch: batch) }
    self.largestRate = largestRate
    ranks = world.size
  }

  /// Time of all products: what a step takes at the least.
  public var floorMilliseconds: Double { denseMilliseconds + convolutionMilliseconds }

  /// The results by name.
  public var fields: [(String, MetricValue)] {
    [
      ("milliseconds_per_step", .number(millisecondsPerStep)),
      ("floor_milliseconds", .number(floorMilliseconds)),
      ("dense_milliseconds", .number(denseMilliseconds)),
      ("convolution_milliseconds", .number(convolutionMilliseconds)),
      ("ratio", .number(millisecondsPerStep / floorMilliseconds)),
      ("share_of_products", .number(floorMilliseconds / millisecondsPerStep)),
      ("samples_per_second", .number(samplesPerSecond)),
      ("gigaflop_per_step", .number(gigaflopPerStep)), ("ranks", .integer(ranks)),
      ("products", .text(ProductLibrary.current.rawValue)),
      ("blas_core", .text(OpenBLAS.core)),
      ("instruction_set", .text("\(InstructionSet.ofProcessor)")),
    ] + (largestRate.map { [("largest_rate", .number($0))] } ?? [])
  }
}
