internal import CKernels

/// The soft indicator S(a) by which an arrival at time t counts as one before time 1, with
/// a = (1 − t)/τ.
///
/// With v = (a + 1)/2 for a in [−1, 1], the last four are 0 below and 1 above that interval, so that
/// the mean count is λ exactly for τ ≤ 1; the sigmoid counts λ·τ·ln(1 + e^(1/τ)) on average. Sources:
/// Vafaii, Galor & Yates, "Poisson Variational Autoencoder", NeurIPS 2024 (sigmoid), and the authors' later code.
public enum Indicator: String, Codable, Sendable, CaseIterable {
  /// 1/(1 + e^−a), as published in 2024.
  case sigmoid
  /// v.
  case linear
  /// 3v² − 2v³.
  case cubic
  /// 6v⁵ − 15v⁴ + 10v³.
  case quintic
  /// (1 − cos πv)/2.
  case cosine

  var kernelCode: Int32 {
    let code =
      switch self {
      case .sigmoid: shoal_sigmoid
      case .linear: shoal_linear
      case .cubic: shoal_cubic
      case .quintic: shoal_quintic
      case .cosine: shoal_cosine
      }
    return Int32(code)
  }
}
