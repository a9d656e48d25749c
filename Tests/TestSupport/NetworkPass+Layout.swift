public import Layers
public import Tensors

extension NetworkPass {
  /// Memory of its own for a model that is being tested.
  ///
  /// - Parameters:
  ///   - layout: The model's layout.
  ///   - capacity: The most samples of a batch.
  ///   - dropout: The noise of dropout, if any.
  public init(_ layout: ModelLayout, capacity: Int, dropout: SampleNoise? = nil) {
    self.init(
      parameters: AlignedBuffer(count: layout.parameters.count, repeating: 0),
      gradients: AlignedBuffer(count: layout.parameters.count, repeating: 0),
      activations: Activations(layout.activations, capacity: capacity), dropout: dropout)
  }
}
