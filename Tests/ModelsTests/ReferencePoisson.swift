import Foundation
import Models
import Tensors

/// The Poisson VAE in plain `Double` arithmetic, on the same random numbers as the kernels.
///
/// What they are compared with, written from the formulas alone, one element at a time.
struct ReferencePoisson {
  var rateClamp = 5.3
  var indicator = Indicator.sigmoid
  var excitationOnly = false

  func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

  /// u for an encoder output a.
  func excitation(_ a: Double) -> Double {
    excitationOnly ? softplus(a) - softplus(a - 10) : 10 - softplus(10 - a)
  }

  /// λ for an encoder output a and a log prior rate.
  func rate(_ a: Double, logPrior: Double) -> Double {
    let l = rateClamp - softplus(rateClamp - logPrior - excitation(a))
    return exp(l) + 1.1920929e-7
  }

  func kl(_ a: Double, logPrior: Double) -> Double {
    let u = excitation(a)
    return exp(logPrior) * (1 + exp(u) * (u - 1))
  }

  /// S(a).
  func indicate(_ a: Double) -> Double {
    let v = (min(max(a, -1), 1) + 1) / 2
    return switch indicator {
    case .sigmoid: 1 / (1 + exp(-a))
    case .linear: v
    case .cubic: 3 * v * v - 2 * v * v * v
    case .quintic: 6 * pow(v, 5) - 15 * pow(v, 4) + 10 * pow(v, 3)
    case .cosine: (1 - cos(Double.pi * v)) / 2
    }
  }

  /// S′(a), by the formulas of the table of indicators.
  func slope(_ a: Double) -> Double {
    if indicator == .sigmoid { return indicate(a) * (1 - indicate(a)) }
    guard abs(a) < 1 else { return 0 }
    let v = (a + 1) / 2
    return switch indicator {
    case .sigmoid, .linear: 0.5
    case .cubic: 3 * v * (1 - v)
    case .quintic: 15 * v * v * (1 - v) * (1 - v)
    case .cosine: Double.pi / 4 * sin(Double.pi * v)
    }
  }

  /// The waiting times of one element, as many as `limit`.
  func waits(
    latent: Int, sample: UInt32, step: UInt32, key: SIMD2<UInt32>, limit: Int
  ) -> [Double] {
    (0..<limit).map { draw in
      let block: SIMD4<UInt32>
      let word: Int
      if draw == 0 {
        let lane = UInt32(16 * (latent / 64) + latent % 16)
        block = Philox.block(SIMD4(lane, 0, sample, step), key: key)
        word = latent % 64 / 16
      } else {
        let stage = UInt32(1 + (draw - 1) / 4)
        block = Philox.block(SIMD4(UInt32(latent), stage, sample, step), key: key)
        word = (draw - 1) % 4
      }
      return -log((Double(block[word] >> 9) + 0.5) / Double(1 << 23))
    }
  }

  /// z and ∂z/∂ln λ at a temperature.
  func sample(rate: Double, waits: [Double], temperature: Double) -> (z: Double, slope: Double) {
    var time = 0.0
    var z = 0.0
    var slope = 0.0
    for wait in waits {
      time += wait / rate
      let a = (1 - time) / temperature
      z += indicate(a)
      slope += self.slope(a) * time / temperature
    }
    return (z, slope)
  }

  /// The number of arrivals before time 1.
  func count(rate: Double, waits: [Double]) -> Double {
    var time = 0.0
    var count = 0.0
    for wait in waits {
      time += wait / rate
      if time < 1 { count += 1 }
    }
    return count
  }
}
