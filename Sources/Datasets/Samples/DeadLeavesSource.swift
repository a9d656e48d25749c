internal import Tensors

/// Tiles of dead-leaves images.
struct DeadLeavesSource: SampleSource, ~Copyable {
  let height = TilePipeline.sampleSide
  let width = TilePipeline.sampleSide
  let training: [Piece]
  let validation: [Piece]
  let isLabelled = false
  var flaws = ImageFlaws()
  private let imageHeight: Int
  private let imageWidth: Int
  private var leaves: DeadLeaves
  private let pipeline: TilePipeline
  private let image: AlignedBuffer<Float>

  /// Shares the images out.
  ///
  /// - Parameter configuration: The images, the filter and the limit.
  /// - Throws: ``DatasetError``.
  init(_ configuration: DataConfiguration) throws(DatasetError) {
    let options = configuration.deadLeaves
    let leaves = try DeadLeaves(options)
    let tiles = TilePipeline.tiles(height: options.height, width: options.width)
    let parts = try ImageSplit.shuffledParts(
      count: options.images, limit: configuration.limitImages)
    func pieces(_ places: [Int]) -> [Piece] {
      places.map { Piece(name: "image \($0)", place: $0, samples: tiles) }
    }
    self.leaves = leaves
    training = pieces(parts.training)
    validation = pieces(parts.validation)
    imageHeight = options.height
    imageWidth = options.width
    pipeline = TilePipeline(whitening: configuration.whitening)
    image = AlignedBuffer(count: options.height * options.width, repeating: 0)
  }

  mutating func write(
    _ piece: Piece, of part: Part, into samples: UnsafeMutableBufferPointer<Float>
  ) throws(DatasetError) {
    leaves.draw(piece.place, into: image.elements)
    flaws.look(at: image.elements, name: "number \(piece.place), from 0")
    pipeline.process(image.elements, height: imageHeight, width: imageWidth, into: samples)
  }

  func labels(_ piece: Piece, of part: Part) -> ArraySlice<UInt8> { [] }
}
