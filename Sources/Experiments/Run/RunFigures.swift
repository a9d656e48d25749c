import Evaluation
import Reporting

/// The pictures that a run leaves; drawn on one rank.
struct RunFigures {
  let folder: RunFolder

  /// Draws the dictionary of a linear decoder, some reconstructions and samples of the prior.
  ///
  /// - Parameters:
  ///   - pictures: What the model shows.
  ///   - metrics: The last validation, which orders the dictionary.
  /// - Throws: `ReportingError` where a picture cannot be written.
  func draw(_ pictures: RunPictures, metrics: EvaluationMetrics) throws {
    try pictures.withElements { elements in
      let importance = metrics.importance
      let order = importance.indices.sorted { importance[$0] < importance[$1] }
      try ImageMosaic.dictionary(elements, order: order)
        .image.writePNG(to: folder.figure("dictionary.png"))
    }
    try pictures.inputs?.withMatrix { inputs in
      try pictures.reconstructions?.withMatrix { reconstructions in
        try ImageMosaic.reconstructions(
          pictures.tiles(reconstructions), of: pictures.tiles(inputs)
        ).image.writePNG(to: folder.figure("reconstructions.png"))
      }
    }
    try pictures.samples?.withMatrix {
      try ImageMosaic.samples(pictures.tiles($0)).image.writePNG(to: folder.figure("samples.png"))
    }
  }
}
