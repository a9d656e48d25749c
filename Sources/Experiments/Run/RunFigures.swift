import Datasets
import Evaluation
import Layers
import Models
import Reporting
import Tensors
import Training

/// The pictures that a run leaves; drawn on one rank.
struct RunFigures {
  let folder: RunFolder
  let height: Int
  let width: Int

  /// Draws the dictionary of a linear decoder, some reconstructions and samples of the prior.
  ///
  /// - Parameters:
  ///   - trainer: The model.
  ///   - metrics: The last validation, which orders the dictionary.
  ///   - inputs: Held-out samples, shape [few, pixels].
  ///   - configuration: The run's settings.
  /// - Throws: `ReportingError` where a picture cannot be written.
  func draw(
    _ trainer: Trainer, metrics: EvaluationMetrics, inputs: Matrix,
    configuration: RunConfiguration
  ) throws {
    let model = trainer.model
    let pass = trainer.pass
    model.prepare(pass)
    if let dictionary = model.dictionary {
      try drawDictionary(pass[dictionary].valueMatrix, importance: metrics.importance)
    }
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
    try ImageMosaic.reconstructions(
      tiles(inference.meanReconstruction), of: tiles(inputs)
    ).image.writePNG(to: folder.figure("reconstructions.png"))
    guard
      let generated = model.generate(
        limit: limit,
        noise: SampleNoise(
          seed: configuration.seed, purpose: .generation, step: step, samples: samples), pass)
    else { return }
    try ImageMosaic.samples(tiles(generated)).image.writePNG(to: folder.figure("samples.png"))
  }

  private func tiles(_ images: Matrix) -> ImageTiles {
    ImageTiles(rowsOf: images, height: height, width: width)
  }

  private func drawDictionary(_ weight: Matrix, importance: [Double]) throws {
    let elements = ImageTiles(columnsOf: weight, height: height, width: width)
    let order = importance.indices.sorted { importance[$0] < importance[$1] }
    try ImageMosaic.dictionary(elements, order: order)
      .image.writePNG(to: folder.figure("dictionary.png"))
  }
}
