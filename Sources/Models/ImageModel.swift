public import Layers
public import Tensors

/// A model of images, as training and evaluation see it: an ``Autoencoder`` or a ``SparseCoder``.
public protocol ImageModel {
  /// Where parameters and activations lie.
  var layout: ModelLayout { get }
  /// The shape of an image.
  var image: MapShape { get }
  /// Values of a code.
  var codeWidth: Int { get }
  /// Variables that the loss has a rate term of: the KL, or the L1 norm.
  var variables: Int { get }
  /// Whether the posterior is a rate of events.
  var hasRates: Bool { get }
  /// Whether ``Inference/rawMeanReconstruction`` is given.
  var hasRawMean: Bool { get }
  /// λ of the energy in evaluation, of sparse coding; `nil` of a model that has a NELBO.
  var evaluationThreshold: Double? { get }
  /// The matrix whose columns are dictionary elements, shape [pixels, values of a code], if the decoder is one.
  var dictionary: ParameterLayout.Entry? { get }
  /// The dense products and convolutions of a training step, for one sample.
  var products: [Product] { get }

  /// Sets the parameters to their initial values.
  ///
  /// - Parameters:
  ///   - parameters: The flat vector.
  ///   - seed: The run's seed.
  func initialize(_ parameters: AlignedBuffer<Float>, seed: UInt32)

  /// Works out what depends on parameters alone; to be called when they have changed.
  ///
  /// - Parameter pass: The parameters.
  func prepare(_ pass: NetworkPass)

  /// The weight of the rate term in the loss.
  ///
  /// - Parameters:
  ///   - beta: β of the training's schedule.
  ///   - epoch: From 0.
  /// - Returns: β, or the threshold λ of sparse coding.
  func rateWeight(beta: Double, epoch: Int) -> Double

  /// What training minimises, or sparse coding calls its energy.
  ///
  /// - Parameters:
  ///   - error: The squared error.
  ///   - rate: The rate term.
  ///   - weight: Its weight.
  /// - Returns: The loss in the same units.
  func loss(error: Double, rate: Double, weight: Double) -> Double

  /// Adds the gradient of the loss of some samples of a global batch.
  ///
  /// - Parameters:
  ///   - x: Samples, shape [at most the capacity of the activations, pixels].
  ///   - step: Schedules and noise.
  ///   - pass: Parameters, gradients and memory.
  /// - Returns: The loss, summed over these samples.
  func train(_ x: Matrix, _ step: TrainingPass, _ pass: NetworkPass) -> LossTerms

  /// Finds the code of samples, and what it decodes to.
  ///
  /// - Parameters:
  ///   - x: Samples, shape [at most the capacity of the activations, pixels].
  ///   - limit: The most arrivals that are drawn; `Int.max` for exact Poisson counts.
  ///   - noise: Where random numbers come from.
  ///   - pass: Parameters and memory.
  /// - Returns: Views of the memory, valid until the next pass.
  func infer(_ x: Matrix, limit: Int, noise: SampleNoise, _ pass: NetworkPass) -> Inference

  /// Encodes samples for classifiers.
  ///
  /// - Parameters:
  ///   - x: Samples, shape [at most the capacity of the activations, pixels].
  ///   - features: Receives shape [batch, values of a code].
  ///   - pass: Parameters and memory.
  func encode(_ x: Matrix, into features: Matrix, _ pass: NetworkPass)

  /// Decodes codes drawn from the prior.
  ///
  /// - Parameters:
  ///   - limit: The most arrivals that are drawn; `Int.max` for exact Poisson counts.
  ///   - noise: Where random numbers come from; gives the number of samples.
  ///   - pass: Parameters and memory.
  /// - Returns: Shape [samples, pixels], a view of the memory that is valid until the next pass; `nil` of a model that has no prior.
  func generate(limit: Int, noise: SampleNoise, _ pass: NetworkPass) -> Matrix?
}

extension ModelConfiguration {
  /// Lays out the model.
  ///
  /// - Parameters:
  ///   - height: Rows of an image.
  ///   - width: Columns of an image.
  /// - Returns: The model.
  /// - Throws: ``ModelError`` if the networks do not fit the images.
  public func model(height: Int, width: Int) throws(ModelError) -> any ImageModel {
    if family.isSparseCoding { return SparseCoder(self, height: height, width: width) }
    return try Autoencoder(self, height: height, width: width)
  }
}
