public import Layers
public import Tensors

/// Sparse coding: a dictionary, and inference by ``SparseInference`` instead of an encoder.
///
/// The dictionary learns by Hebb's rule, φⱼ ← φⱼ + η/(nⱼ + 1)·Σ aⱼ(x − Φa) over a batch in which nⱼ images make element j active, and is
/// then brought back to columns of norm 1. What is summed over the batch, −Σ aⱼ(x − Φa) and nⱼ, is what
/// ``train(_:_:_:)`` leaves as gradients of dictionary and usage; the optimizer `DictionaryLearning` does the rest. Sources:
/// Olshausen & Field, Nature 1996; the library lca-pytorch.
public struct SparseCoder: ImageModel {
  /// Where parameters and activations lie.
  public let layout: ModelLayout
  /// The shape of an image.
  public let image: MapShape
  /// How codes are inferred.
  public let inference: SparseInference
  private let configuration: SparseCodingConfiguration
  private let weight: ParameterLayout.Entry
  private let usage: ParameterLayout.Entry
  private let normalization: InputNormalization
  private let input: Activation
  private let drive: Activation
  private let state: Activation
  private let code: Activation
  private let reconstruction: Activation
  private let sums: AlignedBuffer<Double>

  /// The name of the number of images that made each element active in the last batch.
  public static let usageName = "decoder/usage"
  /// The name of the dictionary.
  public static let dictionaryName = "decoder/weight"

  /// Lays a model out.
  ///
  /// - Parameters:
  ///   - configuration: The model's configuration, of a family that is sparse coding.
  ///   - height: Rows of an image.
  ///   - width: Columns of an image.
  public init(_ configuration: ModelConfiguration, height: Int, width: Int) {
    let elements = configuration.latents
    let pixels = height * width
    let method: SparseInference.Method =
      switch configuration.family {
      case .ista: .ista
      case .fista: .fista
      default: .lca(timeConstant: configuration.sparseCoding.timeConstant)
      }
    self.configuration = configuration.sparseCoding
    image = MapShape(channels: 1, height: height, width: width)
    inference = SparseInference(method, elements: elements)
    var layout = ModelLayout()
    weight = layout.parameters.add(
      SparseCoder.dictionaryName, shape: [pixels, elements], initial: .normal(deviation: 1))
    usage = layout.parameters.add(SparseCoder.usageName, shape: [elements], hasGradient: false)
    normalization = InputNormalization(
      isOn: configuration.sparseCoding.normalizeInputs, in: &layout)
    input = layout.activations.add(pixels)
    drive = layout.activations.add(elements)
    state = layout.activations.add(elements)
    code = layout.activations.add(elements)
    reconstruction = layout.activations.add(pixels)
    self.layout = layout
    sums = AlignedBuffer(count: elements, repeating: 0)
  }

  /// An activity of each element.
  public var codeWidth: Int { code.width }
  /// Each element has an L1 norm.
  public var variables: Int { code.width }
  /// Activities are no rates of events.
  public var hasRates: Bool { false }
  /// The code is what is decoded.
  public var hasRawMean: Bool { false }
  /// The final λ.
  public var evaluationThreshold: Double? { configuration.threshold }
  /// The dictionary.
  public var dictionary: ParameterLayout.Entry? { weight }
  /// Φᵀx, Φa and the dictionary's gradient; inference has no dense products.
  public var products: [Product] {
    [Product(kind: .dense(rows: 1, inputs: image.count, outputs: codeWidth))]
  }

  /// Draws columns of norm 1.
  ///
  /// - Parameters:
  ///   - parameters: The flat vector.
  ///   - seed: The run's seed.
  public func initialize(_ parameters: AlignedBuffer<Float>, seed: UInt32) {
    layout.parameters.initialize(parameters, seed: seed)
    SparseCoder.normalizeColumns(
      Matrix(parameters.view(weight.range), rows: image.count, columns: codeWidth),
      factors: sums.elements)
  }

  /// Brings the columns of a matrix to norm 1, except those of zeros.
  ///
  /// - Parameters:
  ///   - dictionary: Shape [pixels, elements].
  ///   - factors: Memory for a number an element.
  public static func normalizeColumns(
    _ dictionary: Matrix, factors: UnsafeMutableBufferPointer<Double>
  ) {
    factors.update(repeating: 0)
    dictionary.addColumnSquareSums(to: factors)
    for k in factors.indices { factors[k] = factors[k] > 0 ? 1 / factors[k].squareRoot() : 1 }
    for row in 0..<dictionary.rows {
      let values = dictionary.rows(row..<row + 1).elements
      for k in values.indices { values[k] = Float(Double(values[k]) * factors[k]) }
    }
  }

  /// Works out ΦᵀΦ.
  ///
  /// - Parameter pass: The parameters.
  public func prepare(_ pass: NetworkPass) { inference.prepare(pass[weight].valueMatrix) }

  /// λ of the epoch.
  ///
  /// - Parameters:
  ///   - beta: Not used.
  ///   - epoch: From 0.
  /// - Returns: See ``SparseCodingConfiguration/threshold(epoch:)``.
  public func rateWeight(beta: Double, epoch: Int) -> Double {
    configuration.threshold(epoch: epoch)
  }

  /// The energy ½·error + λ·‖a‖₁.
  ///
  /// - Parameters:
  ///   - error: ‖x − Φa‖².
  ///   - rate: ‖a‖₁.
  ///   - weight: λ.
  /// - Returns: The energy.
  public func loss(error: Double, rate: Double, weight: Double) -> Double {
    error / 2 + weight * rate
  }

  /// Adds −Σ aⱼ(x − Φa) to the dictionary's gradient and nⱼ to the usage's.
  ///
  /// - Parameters:
  ///   - x: Samples, shape [at most the capacity of the activations, pixels].
  ///   - step: Gives λ as β.
  ///   - pass: Parameters, gradients and memory.
  /// - Returns: Squared error and L1 norm, in the units in which images are coded.
  public func train(_ x: Matrix, _ step: TrainingPass, _ pass: NetworkPass) -> LossTerms {
    let input = pass[input, rows: x.rows]
    normalization.apply(x, into: input, pass)
    let code = codes(of: input, threshold: Double(step.beta), pass)
    let reconstruction = pass[reconstruction, rows: x.rows]
    multiply(code, pass[weight].valueMatrix.transposed, into: reconstruction)
    let error = reconstruction.subtract(input, scale: 1)
    multiply(
      reconstruction.transposed, code, into: pass[weight].gradientMatrix, adding: true)
    let counts = pass[usage].gradient
    for row in 0..<code.rows {
      let activities = code.rows(row..<row + 1).elements
      for k in activities.indices where activities[k] != 0 { counts[k] += 1 }
    }
    return LossTerms(reconstruction: error, kl: addUpNorms(code), largestRate: nil)
  }

  /// Codes samples with the final λ.
  ///
  /// - Parameters:
  ///   - x: Samples, shape [at most the capacity of the activations, pixels].
  ///   - limit: Not used.
  ///   - noise: Not used.
  ///   - pass: Parameters and memory.
  /// - Returns: Views of the memory; reconstructions are in the samples' units.
  public func infer(
    _ x: Matrix, limit: Int, noise: SampleNoise, _ pass: NetworkPass
  ) -> Inference {
    let input = pass[input, rows: x.rows]
    normalization.apply(x, into: input, pass)
    let code = codes(of: input, threshold: configuration.threshold, pass)
    let reconstruction = pass[reconstruction, rows: x.rows]
    multiply(code, pass[weight].valueMatrix.transposed, into: reconstruction)
    var codedError = 0.0
    for i in input.elements.indices {
      let difference = Double(input.elements[i] - reconstruction.elements[i])
      codedError += difference * difference
    }
    normalization.undo(reconstruction, pass)
    _ = addUpNorms(code)
    return Inference(
      code: code, mean: code, reconstruction: reconstruction, meanReconstruction: reconstruction,
      rawMeanReconstruction: nil, klPerLatent: sums.elements, importance: sums.elements,
      largestRate: nil, codedError: codedError)
  }

  /// Writes the activities.
  ///
  /// - Parameters:
  ///   - x: Samples, shape [at most the capacity of the activations, pixels].
  ///   - features: Receives shape [batch, elements].
  ///   - pass: Parameters and memory.
  public func encode(_ x: Matrix, into features: Matrix, _ pass: NetworkPass) {
    let input = pass[input, rows: x.rows]
    normalization.apply(x, into: input, pass)
    features.copy(codes(of: input, threshold: configuration.threshold, pass))
  }

  /// There is no prior to draw from.
  ///
  /// - Parameters:
  ///   - limit: Not used.
  ///   - noise: Not used.
  ///   - pass: Not used.
  /// - Returns: `nil`.
  public func generate(limit: Int, noise: SampleNoise, _ pass: NetworkPass) -> Matrix? { nil }

  private func codes(of input: Matrix, threshold: Double, _ pass: NetworkPass) -> Matrix {
    let drive = pass[drive, rows: input.rows]
    let code = pass[code, rows: input.rows]
    multiply(input, pass[weight].valueMatrix, into: drive)
    inference.infer(
      drive: drive, state: pass[state, rows: input.rows], into: code, threshold: threshold,
      iterations: configuration.iterations)
    return code
  }

  /// Sums each element's activity over the batch; activities are not negative.
  private func addUpNorms(_ code: Matrix) -> Double {
    sums.elements.update(repeating: 0)
    code.addColumnSums(to: sums.elements)
    return sums.elements.reduce(0, +)
  }
}
