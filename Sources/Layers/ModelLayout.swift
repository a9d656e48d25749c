/// Where the parameters and activations of a model lie, while it is built.
public struct ModelLayout: Sendable {
  /// The parameters.
  public var parameters = ParameterLayout()
  /// The activations.
  public var activations = ActivationLayout()

  /// Makes an empty layout.
  public init() {}
}
