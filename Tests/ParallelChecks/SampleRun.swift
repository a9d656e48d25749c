import Checkpoints
import Layers
import MPI
import Tensors

/// A small model with an optimizer; the same numbers on every rank.
struct SampleRun {
  let layout: ParameterLayout
  let parameters: AlignedBuffer<Float>
  let moment: AlignedBuffer<Float>
  let rates: AlignedBuffer<Double>

  init(start: Float) {
    var layout = ParameterLayout()
    layout.add("encoder/weight", shape: [50, 33])
    layout.add("encoder/bias", shape: [3])
    layout.add("decoder/kernel", shape: [1, 3, 5, 5])
    self.layout = layout
    parameters = AlignedBuffer(count: layout.count, repeating: 0)
    moment = AlignedBuffer(count: layout.count, repeating: 0)
    rates = AlignedBuffer(count: 3, repeating: Double(start))
    for entry in layout.entries {
      for place in entry.range {
        parameters.elements[place] = start + Float(place)
        moment.elements[place] = -start - Float(place)
      }
    }
  }

  var vectors: CheckpointVectors {
    CheckpointVectors(
      parameters: parameters.elements, moments: [("momentum", moment.elements)],
      statistics: [("rates", rates.elements)])
  }

  var numbers: [Double] {
    (Array(parameters.elements) + Array(moment.elements)).map(Double.init) + Array(rates.elements)
  }

  func state(step: Int) -> CheckpointState {
    CheckpointState(
      step: step, epoch: 1, seed: 9, shards: 4, configuration: "seed: 9\n", shoalVersion: "0",
      kernels: "none", fingerprint: "f1", metrics: "{}")
  }

  /// Writes the run's numbers as of a step; every rank calls it.
  @discardableResult
  func write(
    to folder: CheckpointFolder, step: Int, isBest: Bool = false, on world: Communicator
  ) throws -> String {
    try folder.write(vectors, layout: layout, state: state(step: step), isBest: isBest, on: world)
  }
}
