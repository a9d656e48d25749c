internal import CKernels

/// What is applied to a Gaussian or Laplace sample just before the decoder.
///
/// Source: the published code of Vafaii, Galor & Yates (2024), whose models G-VAE+relu and G-VAE+exp use two of them.
public enum LatentFunction: String, Codable, Sendable, CaseIterable {
  /// z.
  case none
  /// max(z, 0).
  case relu
  /// ln(1 + e^z).
  case softplus
  /// 1/(1 + e^−z).
  case sigmoid
  /// z².
  case square
  /// z⁴.
  case quartic
  /// e^z.
  case exp

  var kernelCode: Int32 {
    let code =
      switch self {
      case .none: shoal_identity
      case .relu: shoal_relu
      case .softplus: shoal_softplus
      case .sigmoid: shoal_logistic
      case .square: shoal_square
      case .quartic: shoal_quartic
      case .exp: shoal_exponential
      }
    return Int32(code)
  }
}
