/// A kind of encoder or decoder, and whether its layer next to the latent variables has a bias.
public enum NetworkKind: String, Codable, Sendable, CaseIterable {
  /// One matrix.
  case linear
  /// One matrix and a bias.
  case linearWithBias = "linear+b"
  /// Dense layers.
  case mlp
  /// Dense layers; the one next to the latent variables with a bias.
  case mlpWithBias = "mlp+b"
  /// Convolutions.
  case conv
  /// Convolutions; the dense layer next to the latent variables with a bias.
  case convWithBias = "conv+b"

  /// What a network is made of.
  enum Architecture {
    case linear
    case mlp
    case conv
  }

  var architecture: Architecture {
    switch self {
    case .linear, .linearWithBias: .linear
    case .mlp, .mlpWithBias: .mlp
    case .conv, .convWithBias: .conv
    }
  }

  var hasBias: Bool {
    switch self {
    case .linear, .mlp, .conv: false
    case .linearWithBias, .mlpWithBias, .convWithBias: true
    }
  }

  /// Whether a network of this kind is one matrix, so that losses have a closed form behind it.
  public var isLinear: Bool { architecture == .linear }
  /// Whether a network of this kind convolves.
  public var isConvolutional: Bool { architecture == .conv }
}
