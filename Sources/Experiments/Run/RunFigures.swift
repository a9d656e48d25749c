import Datasets
import Evaluation
import Layers
import Models
import Reporting
import Tensors
import Training

/// The pictures that a run leaves; drawn on one rank.
struct RunFigures {
  /// A picture and what it is called.
  struct Figure {
    let name: String
    let image: GrayImage
  }

  let height: Int
  let width: Int

  /// Draws the dictionary of a linear decoder, some reconstructions and samples of the prior.
  ///
  /// - Parameters:
  ///   - trainer: The model.
  ///   - metrics: The last validation, which orders the dictionary.
  ///   - inputs: Held-out samples, shape [few, pixels].
  ///   - configuration: The run's settings.
  /// - Returns: The pictures.
  func draw(
    _ trainer: Trainer, metrics: EvaluationMetrics, inputs: Matrix,
    configuration: RunConfiguration
  ) -> [Figure] {
    let model = trainer.model
    let pass = trainer.pass
    model.prepare(pass)
    var figures =
      model.decoder.linear.map {
        [dictionary(pass[$0.weight].valueMatrix, importance: metrics.importance)]
      } ?? []
    let indices = AlignedBuffer<UInt32>(count: inputs.rows, repeating: 0)
    for row in 0..<inputs.rows { indices.elements[row] = UInt32(row) }
    defer { withExtendedLifetime(indices) {} }
    let samples = UnsafeBufferPointer(indices.elements)
    let limit =
      configuration.model.evaluationCounts == .exact ? Int.max : trainer.progress.eventLimit
    let step = trainer.progress.step
    let inference = model.infer(
      inputs, limit: limit,
      noise: SampleNoise(
        seed: configuration.seed, purpose: .evaluation, step: step, samples: samples), pass)
    let reconstructions = ImageMosaic.reconstructions(
      tiles(inference.meanReconstruction), of: tiles(inputs))
    figures.append(Figure(name: "reconstructions", image: reconstructions.image))
    let generated = model.generate(
      limit: limit,
      noise: SampleNoise(
        seed: configuration.seed, purpose: .generation, step: step, samples: samples), pass)
    return figures + [Figure(name: "samples", image: ImageMosaic.samples(tiles(generated)).image)]
  }

  private func tiles(_ images: Matrix) -> ImageTiles {
    ImageTiles(rowsOf: images, height: height, width: width)
  }

  private func dictionary(_ weight: Matrix, importance: [Double]) -> Figure {
    let elements = ImageTiles(columnsOf: weight, height: height, width: width)
    let order = importance.indices.sorted { importance[$0] < importance[$1] }
    return Figure(
      name: "dictionary", image: ImageMosaic.dictionary(elements, order: order).image)
  }
}
