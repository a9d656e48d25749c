import Checkpoints
import Layers
import Tensors

/// A small model with an optimizer, whose numbers are all different.
struct SampleRun {
  let layout: ParameterLayout
  let parameters: AlignedBuffer<Float>
  let moments: [AlignedBuffer<Float>]
  let rates: AlignedBuffer<Double>

  init(start: Float = 1, latents: Int = 5) {
    var layout = ParameterLayout()
    layout.add("encoder/weight", shape: [latents, 7])
    layout.add("encoder/bias", shape: [latents])
    layout.add("decoder/kernel", shape: [2, 3, 2, 2])
    // Not in the order of the alphabet, which HDF5 would give.
    layout.add("a/last", shape: [1])
    self.layout = layout
    parameters = AlignedBuffer(count: layout.count, repeating: 0)
    moments = [1, 2].map { _ in AlignedBuffer(count: layout.count, repeating: 0) }
    rates = AlignedBuffer(count: 3, repeating: 0)
    for (index, vector) in ([parameters] + moments).enumerated() {
      for entry in layout.entries {
        for place in entry.range {
          vector.elements[place] = start + Float(place) / 64 + Float(1000 * index)
        }
      }
    }
    for index in 0..<3 { rates.elements[index] = Double(start) / 3 + Double(index) }
  }

  var vectors: CheckpointVectors {
    CheckpointVectors(
      parameters: parameters.elements,
      moments: zip(["m", "v"], moments).map { ($0, $1.elements) },
      statistics: [("rates", rates.elements)])
  }

  /// All numbers, to compare two runs by.
  var numbers: [Double] {
    let vectors = [parameters] + moments
    return vectors.flatMap { $0.elements.map(Double.init) } + Array(rates.elements)
  }

  func state(step: Int) -> CheckpointState {
    CheckpointState(
      step: step, epoch: 3, seed: .max, shards: 4, configuration: "seed: 1\nname: Fisch 🐟\n",
      shoalVersion: "0.1.0", kernels: "none", fingerprint: "f1",
      dataDigest: "d1", dataOrigin: "d2", metrics: "{\"elbo\": -1.5}")
  }
}
