import Layers
import Tensors

/// Brings each image to mean 0 and variance 1, as the library lca-pytorch does, and back.
struct InputNormalization {
  /// The mean of each image.
  private let means: Activation
  /// The deviation of each image, its square with the divisor pixels − 1; 1 for a constant image.
  private let deviations: Activation
  private let isOn: Bool

  /// Adds its memory to a model.
  init(isOn: Bool, in layout: inout ModelLayout) {
    means = layout.activations.add(1)
    deviations = layout.activations.add(1)
    self.isOn = isOn
  }

  /// Writes the normalised images.
  func apply(_ x: Matrix, into normalized: Matrix, _ pass: NetworkPass) {
    normalized.copy(x)
    guard isOn else { return }
    let means = pass[means, rows: x.rows]
    let deviations = pass[deviations, rows: x.rows]
    for row in 0..<x.rows {
      let image = normalized.rows(row..<row + 1).elements
      let mean = image.reduce(0.0) { $0 + Double($1) } / Double(image.count)
      let squares = image.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      let variance = squares / Double(max(1, image.count - 1))
      let deviation = variance > 0 ? variance.squareRoot() : 1
      means.elements[row] = Float(mean)
      deviations.elements[row] = Float(deviation)
      for i in image.indices { image[i] = (image[i] - Float(mean)) / Float(deviation) }
    }
  }

  /// Brings images that are like normalised ones back to the units of the last ones that were normalised.
  func undo(_ images: Matrix, _ pass: NetworkPass) {
    guard isOn else { return }
    let means = pass[means, rows: images.rows]
    let deviations = pass[deviations, rows: images.rows]
    for row in 0..<images.rows {
      let image = images.rows(row..<row + 1).elements
      for i in image.indices {
        image[i] = image[i] * deviations.elements[row] + means.elements[row]
      }
    }
  }
}
