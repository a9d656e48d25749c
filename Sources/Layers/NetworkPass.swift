public import Tensors

/// What a pass through a network works on: the model's vectors and its memory.
///
/// Layers hold places only, so that the models of several shards are one model with several passes.
public struct NetworkPass {
  /// The parameters.
  public let parameters: AlignedBuffer<Float>
  /// Where their gradients are added up.
  public let gradients: AlignedBuffer<Float>
  /// What layers remember between forward and backward.
  public let activations: Activations
  /// The noise of dropout in training; `nil` where nothing is dropped.
  public let dropout: SampleNoise?
  /// Whether gradients of parameters that do not accumulate (``ParameterLayout/Entry/accumulates``)
  /// hold nothing yet and are written, which spares clearing and reading the largest ones.
  public let startsGradients: Bool
  /// Is told from where on in the vector gradients are complete, as a backward pass comes along.
  public let onCompletion: ((Int) -> Void)?

  /// Puts a pass together.
  ///
  /// - Parameters:
  ///   - parameters: The parameters.
  ///   - gradients: Where their gradients are added up.
  ///   - activations: The memory of the layers.
  ///   - dropout: The noise of dropout, in training.
  ///   - startsGradients: Whether gradients that do not accumulate are written instead.
  ///   - onCompletion: Is told from where on in the vector gradients are complete.
  public init(
    parameters: AlignedBuffer<Float>, gradients: AlignedBuffer<Float>, activations: Activations,
    dropout: SampleNoise? = nil, startsGradients: Bool = false,
    onCompletion: ((Int) -> Void)? = nil
  ) {
    self.parameters = parameters
    self.gradients = gradients
    self.activations = activations
    self.dropout = dropout
    self.startsGradients = startsGradients
    self.onCompletion = onCompletion
  }

  /// The same pass, which tells nobody how far it has come.
  public var withoutCompletion: NetworkPass {
    NetworkPass(
      parameters: parameters, gradients: gradients, activations: activations, dropout: dropout,
      startsGradients: startsGradients)
  }

  /// A parameter with its gradient.
  ///
  /// - Parameter entry: Its place.
  public subscript(entry: ParameterLayout.Entry) -> Parameter {
    Parameter(entry, in: parameters, gradients: gradients)
  }

  /// An activation of the first samples of the batch.
  ///
  /// - Parameters:
  ///   - activation: Which.
  ///   - rows: The number of samples.
  public subscript(activation: Activation, rows rows: Int) -> Matrix {
    activations[activation, rows: rows]
  }
}
