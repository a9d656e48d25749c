internal import CKernels
import Tensors

/// A law of random numbers without parameters.
enum StandardLaw {
  /// Normal with mean 0 and deviation 1.
  case normal
  /// Laplace with mean 0 and scale 1.
  case laplace
  /// Gumbel, −ln(−ln u).
  case gumbel
}

extension Matrix {
  /// Draws independent numbers; each row's belong to its sample.
  func fill(_ law: StandardLaw, _ noise: SampleNoise) {
    precondition(noise.samples.count == rows, "\(noise.samples.count) samples for \(rows) rows")
    let code =
      switch law {
      case .normal: shoal_normal_law
      case .laplace: shoal_laplace_law
      case .gumbel: shoal_gumbel_law
      }
    var arguments = shoal_noise_draw(
      rows: rows, columns: columns, law: Int32(code), key: (noise.key.x, noise.key.y),
      step: noise.step, samples: noise.samples.baseAddress, noise: elements.baseAddress)
    shoal_noise(&arguments)
  }
}
