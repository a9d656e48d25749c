internal import Tensors

/// Tiles of van Hateren's photographs.
struct PhotographSource: SampleSource, ~Copyable {
  let height = TilePipeline.sampleSide
  let width = TilePipeline.sampleSide
  let training: [Piece]
  let validation: [Piece]
  let isLabelled = false
  var flaws = ImageFlaws()
  private let paths: [String]
  private let pipeline: TilePipeline
  private let image: AlignedBuffer<Float>

  /// Shares the photographs out.
  ///
  /// - Parameters:
  ///   - paths: Their files, sorted by name.
  ///   - configuration: The split, the filter and the limit.
  /// - Throws: ``DatasetError``.
  init(_ paths: [String], _ configuration: DataConfiguration) throws(DatasetError) {
    let rows = VanHaterenImage.rows.count
    let columns = VanHaterenImage.columns.count
    let parts =
      switch configuration.split {
      case .shuffled:
        try ImageSplit.shuffledParts(count: paths.count, limit: configuration.limitImages)
      case .doves: try ImageSplit.dovesParts(of: paths, limit: configuration.limitImages)
      }
    func pieces(_ places: [Int]) -> [Piece] {
      places.map { place in
        Piece(
          name: ImageFolder.stem(paths[place]), place: place,
          samples: TilePipeline.tiles(height: rows, width: columns))
      }
    }
    training = pieces(parts.training)
    validation = pieces(parts.validation)
    self.paths = paths
    pipeline = TilePipeline(whitening: configuration.whitening)
    image = AlignedBuffer(count: rows * columns, repeating: 0)
  }

  mutating func write(
    _ piece: Piece, of part: Part, into samples: UnsafeMutableBufferPointer<Float>
  ) throws(DatasetError) {
    let path = paths[piece.place]
    try VanHaterenImage.read(path, into: image.elements)
    flaws.look(
      at: image.elements, limit: VanHaterenImage.largestValue,
      name: "\(path) (number \(piece.place), from 0)")
    pipeline.process(
      image.elements, height: VanHaterenImage.rows.count, width: VanHaterenImage.columns.count,
      into: samples)
  }

  func labels(_ piece: Piece, of part: Part) -> ArraySlice<UInt8> { [] }
}
