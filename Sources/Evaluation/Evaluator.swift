import DataParallel
public import Datasets
public import Layers
public import MPI
public import Models
public import Tensors

/// Evaluates a model on held-out samples, of which each rank holds some shards.
///
/// One sample of the posterior per image, drawn from random numbers that belong to the image and
/// the step. The result is the same to the bit on any number of ranks.
public struct Evaluator {
  /// How the held-out samples are cut up.
  public let plan: EvaluationPlan
  private let communicator: Communicator
  private let seed: UInt32
  private let counts: EvaluationCounts
  private let shards: [Shard]
  private let sums: ShardSums
  private let pixels: Int
  private let codeWidth: Int
  private let variables: Int
  private let hasRawMean: Bool
  private let threshold: Double?
  private let indices: AlignedBuffer<UInt32>

  private struct Shard {
    let number: Int
    let first: Int
    let samples: Matrix
    let storage: AlignedBuffer<Float>
  }

  /// Samples that a model is given at once, at the most: fewer where each takes much memory.
  ///
  /// - Parameter model: The model's configuration.
  /// - Returns: The number.
  public static func chunk(for model: ModelConfiguration) -> Int {
    model.encoder.isConvolutional || model.decoder.isConvolutional ? 50 : 250
  }

  /// Reads this rank's held-out samples.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - counts: How counts are drawn.
  ///   - seed: The run's seed.
  ///   - plan: How the samples are cut up.
  ///   - communicator: The ranks that evaluate together.
  ///   - read: Reads samples of a range into a buffer, shape [range, pixels].
  /// - Throws: `DatasetError` if there are more ranks than shards; what `read` throws.
  public init(
    _ model: any ImageModel, counts: EvaluationCounts, seed: UInt32, plan: EvaluationPlan,
    on communicator: Communicator,
    read: (Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    self.plan = plan
    self.communicator = communicator
    self.seed = seed
    self.counts = counts
    let pixels = model.image.count
    self.pixels = pixels
    codeWidth = model.codeWidth
    variables = model.variables
    hasRawMean = model.hasRawMean
    threshold = model.evaluationThreshold
    let owned = try ShardOwnership(shards: plan.shards, ranks: communicator.size)
      .shards(of: communicator.rank)
    shards = try owned.map { number in
      let range = plan.samples(of: number)
      let storage = AlignedBuffer<Float>(count: range.count * pixels, repeating: 0)
      try read(range, storage.elements)
      let samples = Matrix(storage.elements, rows: range.count, columns: pixels)
      return Shard(
        number: number, first: range.lowerBound, samples: samples, storage: storage)
    }
    sums = ShardSums(
      count: Place.scalars + EvaluationMetrics.populationBins + 3 * codeWidth + variables,
      shards: plan.shards)
    indices = AlignedBuffer(count: plan.chunk, repeating: 0)
  }

  /// Where the scalar sums lie; the histogram of population sparsity and then sums per latent follow them.
  private enum Place {
    static let error = 0
    static let meanError = 1
    static let kl = 2
    static let r2 = 3
    static let varied = 4
    static let zeros = 5
    static let rawMeanError = 6
    static let population = 7
    static let codedError = 8
    static let scalars = 9
    static let latents = scalars + EvaluationMetrics.populationBins
  }

  /// Evaluates a model.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - pass: Its parameters and memory, for at least ``chunk(for:)`` samples.
  ///   - step: The training step that the noise belongs to.
  ///   - eventLimit: The most arrivals that are drawn, unless counts are to be exact.
  /// - Returns: The metrics, the same on every rank.
  /// - Throws: `MPIError`.
  public func evaluate(
    _ model: any ImageModel, _ pass: NetworkPass, step: Int, eventLimit: Int
  ) throws(MPIError) -> EvaluationMetrics {
    sums.clear()
    model.prepare(pass)
    var largestRate: Float = 0
    for shard in shards {
      for chunk in 0..<plan.chunks(of: shard.number) {
        let range = plan.samples(ofChunk: chunk, of: shard.number)
        let x = shard.samples.rows(range.lowerBound - shard.first..<range.upperBound - shard.first)
        for (place, sample) in range.enumerated() { indices.elements[place] = UInt32(sample) }
        let noise = SampleNoise(
          seed: seed, purpose: .evaluation, step: step,
          samples: UnsafeBufferPointer(indices.view(0..<range.count)))
        let limit = counts == .exact ? Int.max : eventLimit
        let inference = model.infer(x, limit: limit, noise: noise, pass)
        largestRate = max(largestRate, inference.largestRate ?? 0)
        add(inference, of: x, to: sums.row(shard.number))
      }
    }
    let total = try sums.total(on: communicator)
    largestRate = try communicator.allReduce(largestRate, .maximum)
    return metrics(total, largestRate: model.hasRates ? Double(largestRate) : nil)
  }

  /// The first held-out samples of this rank, for pictures.
  ///
  /// - Parameter count: How many are wanted.
  /// - Returns: As many as there are, at most a chunk, shape [samples, pixels].
  public func firstSamples(_ count: Int) -> Matrix {
    let first = shards[0].samples
    return first.rows(0..<min(count, first.rows, plan.chunk))
  }

  private func add(
    _ inference: Inference, of x: Matrix, to sums: UnsafeMutableBufferPointer<Double>
  ) {
    for row in 0..<x.rows {
      let image = x.rows(row..<row + 1).elements
      let error = squaredError(image, inference.reconstruction.rows(row..<row + 1).elements)
      sums[Place.error] += error
      sums[Place.meanError] += squaredError(
        image, inference.meanReconstruction.rows(row..<row + 1).elements)
      if let raw = inference.rawMeanReconstruction {
        sums[Place.rawMeanError] += squaredError(image, raw.rows(row..<row + 1).elements)
      }
      let variation = squaredDeviation(image)
      if variation > 0 {
        sums[Place.r2] += 1 - error / variation
        sums[Place.varied] += 1
      }
    }
    sums[Place.codedError] += inference.codedError ?? 0
    sums[Place.kl] += inference.klPerLatent.reduce(0, +)
    sums[Place.zeros] += Double(inference.code.elements.count { $0 == 0 })
    let parts = UnsafeMutableBufferPointer(rebasing: sums[Place.latents...])
    for row in 0..<x.rows {
      let code = inference.code.rows(row..<row + 1).elements
      var (sum, squares) = (0.0, 0.0)
      for (k, value) in code.enumerated() {
        // Activities are magnitudes where they have a sign.
        let (activity, square) = (Double(value.magnitude), Double(value) * Double(value))
        parts[k] += activity
        parts[codeWidth + k] += square
        sum += activity
        squares += square
      }
      addPopulation(trevesRolls(sum: sum, squares: squares, count: codeWidth), to: sums)
    }
    for k in 0..<codeWidth { parts[2 * codeWidth + k] += inference.importance[k] }
    for k in 0..<variables { parts[3 * codeWidth + k] += inference.klPerLatent[k] }
  }

  private func addPopulation(
    _ sparsity: Double, to sums: UnsafeMutableBufferPointer<Double>
  ) {
    let bins = EvaluationMetrics.populationBins
    sums[Place.population] += sparsity
    // A code that overflowed has no place in the histogram.
    guard sparsity.isFinite else { return }
    sums[Place.scalars + max(0, min(bins - 1, Int(sparsity * Double(bins))))] += 1
  }

  private func metrics(
    _ total: UnsafeMutableBufferPointer<Double>, largestRate: Double?
  ) -> EvaluationMetrics {
    let images = Double(max(1, plan.samples))
    let parts = UnsafeMutableBufferPointer(rebasing: total[Place.latents...])
    let mse = total[Place.error] / images
    let mseMap = total[Place.meanError] / images
    let rawMean = total[Place.rawMeanError] / images
    let kl = total[Place.kl] / images
    let klPerLatent = (0..<variables).map { parts[3 * codeWidth + $0] / images }
    let r2 = total[Place.r2] / max(1, total[Place.varied])
    let zeros = total[Place.zeros] / (images * Double(codeWidth))
    let sparsity = (0..<codeWidth).map {
      trevesRolls(sum: parts[$0], squares: parts[codeWidth + $0], count: plan.samples)
    }
    let distance = (max(0, r2) - 1) * (max(0, r2) - 1) + (1 - zeros) * (1 - zeros)
    return EvaluationMetrics(
      images: plan.samples, nelbo: mse + kl, mse: mse, mseMap: mseMap,
      mseMapOfficial: hasRawMean ? rawMean : mseMap, kl: kl,
      msePerPixel: mse / Double(pixels), r2: r2,
      lifetimeSparsity: sparsity.reduce(0, +) / Double(codeWidth),
      populationSparsity: total[Place.population] / images, fractionZeros: zeros,
      sparseCodingScore: (distance / 2).squareRoot(),
      activeFraction: variables == codeWidth
        ? Double(klPerLatent.count { $0 > (threshold == nil ? 0.01 : 0) }) / Double(variables)
        : nil,
      largestRate: largestRate, klPerLatent: klPerLatent,
      importance: (0..<codeWidth).map { parts[2 * codeWidth + $0] / images },
      activityPerLatent: (0..<codeWidth).map { parts[$0] / images },
      lifetimeSparsityPerLatent: sparsity,
      populationHistogram: Array(total[Place.scalars..<Place.latents]),
      energy: threshold.map {
        let error = total[Place.codedError] / images
        return EvaluationMetrics.Energy(energy: error / 2 + $0 * kl, codedError: error, norm: kl)
      })
  }
}

private func squaredError(
  _ x: UnsafeMutableBufferPointer<Float>, _ y: UnsafeMutableBufferPointer<Float>
) -> Double {
  var sum = 0.0
  for i in x.indices {
    let difference = Double(x[i] - y[i])
    sum += difference * difference
  }
  return sum
}

private func squaredDeviation(_ x: UnsafeMutableBufferPointer<Float>) -> Double {
  let mean = x.reduce(0.0) { $0 + Double($1) } / Double(x.count)
  return x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
}
