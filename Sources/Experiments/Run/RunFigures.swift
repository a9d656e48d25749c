import Evaluation
import Reporting

/// The pictures that a run leaves; drawn on one rank.
enum RunFigures {
  /// A picture and what it is called.
  struct Figure {
    let name: String
    let image: GrayImage
  }

  /// Draws the dictionary of a linear decoder, some reconstructions and samples of the prior.
  ///
  /// - Parameters:
  ///   - pictures: What the model shows.
  ///   - metrics: The last validation, which orders the dictionary.
  /// - Returns: Those that the model has.
  static func draw(_ pictures: RunPictures, metrics: EvaluationMetrics) -> [Figure] {
    let dictionary = pictures.withElements { elements in
      let importance = metrics.importance
      let order = importance.indices.sorted { importance[$0] < importance[$1] }
      return ImageMosaic.dictionary(elements, order: order)
    }
    let reconstructions = pictures.inputs?.withMatrix { inputs in
      pictures.reconstructions?.withMatrix { reconstructions in
        ImageMosaic.reconstructions(
          pictures.tiles(reconstructions), of: pictures.tiles(inputs))
      }
    }
    let samples = pictures.samples?.withMatrix { ImageMosaic.samples(pictures.tiles($0)) }
    let all: [(String, ImageMosaic?)] = [
      ("dictionary", dictionary), ("reconstructions", reconstructions ?? nil),
      ("samples", samples),
    ]
    return all.compactMap { name, mosaic in mosaic.map { Figure(name: name, image: $0.image) } }
  }
}
