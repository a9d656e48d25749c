import DataParallel
import Datasets
import Layers
public import MPI
import Models
import Tensors
import Training

/// How long a training step takes, and how long its matrix products alone.
public struct StepBenchmark {
  /// Median time of a step.
  public let millisecondsPerStep: Double
  /// Median time of the step's five matrix products on the whole batch, on one rank.
  public let floorMilliseconds: Double
  /// Samples of the global batch per second, on all ranks.
  public let samplesPerSecond: Double
  /// Multiplications and additions of the five products in a step, in units of 10⁹.
  public let gigaflopPerStep: Double
  /// The largest posterior rate in the last step.
  public let largestRate: Double
  /// The number of ranks.
  public let ranks: Int

  /// Measures steps and products in turn, so that both see the same machine.
  ///
  /// - Parameters:
  ///   - run: Batch, latents, method, temperature and reduction of the step.
  ///   - pixels: Values of a sample.
  ///   - rounds: How often both are measured.
  ///   - world: The ranks that train; all must call this.
  /// - Throws: What training throws.
  public init(
    _ run: RunConfiguration, pixels: Int = 256, rounds: Int = 15, on world: Communicator
  ) throws {
    let trainer = try BenchmarkModel.trainer(
      BenchmarkModel.settings(run, pixels: pixels), on: world)
    let batch = run.training.batch
    let latents = run.model.latents
    let products = StepProducts(batch: batch, pixels: pixels, latents: latents)
    var steps: [Double] = []
    var floors: [Double] = []
    var largestRate = 0.0
    for _ in 0..<rounds {
      steps += try BenchmarkModel.milliseconds(calls: 4, warmUp: 1) {
        largestRate = try trainer.step().report.largestRate
      }
      if world.rank == 0 {
        floors += BenchmarkModel.milliseconds(calls: 4, warmUp: 1) { products.compute() }
      }
      try world.barrier()
    }
    millisecondsPerStep = steps.sorted()[steps.count / 2]
    floorMilliseconds = floors.isEmpty ? 0 : floors.sorted()[floors.count / 2]
    samplesPerSecond = Double(batch) / millisecondsPerStep * 1000
    gigaflopPerStep = 5 * 2 * Double(batch * pixels * latents) / 1e9
    self.largestRate = largestRate
    ranks = world.size
  }

  /// The results by name.
  public var fields: [(String, MetricValue)] {
    [
      ("milliseconds_per_step", .number(millisecondsPerStep)),
      ("floor_milliseconds", .number(floorMilliseconds)),
      ("ratio", .number(millisecondsPerStep / floorMilliseconds)),
      ("samples_per_second", .number(samplesPerSecond)),
      ("gigaflop_per_step", .number(gigaflopPerStep)), ("largest_rate", .number(largestRate)),
      ("ranks", .integer(ranks)), ("blas_core", .text(BLASLibrary.core)),
      ("instruction_set", .text(vectorInstructionSet)),
    ]
  }
}

/// The five matrix products of a step of a linear autoencoder, and nothing else.
private struct StepProducts {
  private let x: Matrix
  private let encoder: Matrix
  private let code: Matrix
  private let decoder: Matrix
  private let image: Matrix
  private let encoderGradient: Matrix
  private let decoderGradient: Matrix
  private let storage: [AlignedBuffer<Float>]

  init(batch: Int, pixels: Int, latents: Int) {
    let shapes = [
      (batch, pixels), (latents, pixels), (batch, latents), (pixels, latents), (batch, pixels),
      (latents, pixels), (pixels, latents),
    ]
    let storage = shapes.map { AlignedBuffer<Float>(count: $0.0 * $0.1, repeating: 0.01) }
    let matrices = zip(storage, shapes).map { Matrix($0.elements, rows: $1.0, columns: $1.1) }
    x = matrices[0]
    encoder = matrices[1]
    code = matrices[2]
    decoder = matrices[3]
    image = matrices[4]
    encoderGradient = matrices[5]
    decoderGradient = matrices[6]
    self.storage = storage
  }

  func compute() {
    multiply(x, encoder.transposed, into: code)
    multiply(code, decoder.transposed, into: image)
    multiply(image.transposed, code, into: decoderGradient)
    multiply(image, decoder, into: code)
    multiply(code.transposed, x, into: encoderGradient)
  }
}
