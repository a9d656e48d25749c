internal import Files
internal import Tensors

/// Crops of CIFAR-10's images in grey: the set that is called CIFAR16.
///
/// From each image four tiles of 24 x 24 pixels, their corners uniform over all places, each made
/// into a sample of 16 x 16 by ``TilePipeline``. How the published set was made is not known; this
/// recipe gives as many samples as it seems to have had. The split is the official one: training
/// batches, as many as there are, and the test batch for validation.
struct CIFARSource: SampleSource, ~Copyable {
  /// Tiles that are cut from an image.
  static let cropsPerImage = 4
  /// Images in a piece.
  private static let blockLength = 500

  let height = TilePipeline.sampleSide
  let width = TilePipeline.sampleSide
  let training: [Piece]
  let validation: [Piece]
  let isLabelled = true
  let notes: [String]
  var flaws = ImageFlaws()
  /// The images of the training pieces and, behind them, of the validation pieces.
  private let blocks: [Block]
  private let pipeline: TilePipeline
  private let image: AlignedBuffer<Float>

  /// Some consecutive images of a batch.
  private struct Block {
    let batch: CIFARBatch
    let images: Range<Int>

    /// Cuts batches into blocks, of which none has images of two.
    static func cut(_ batches: [CIFARBatch], limit: Int?) -> [Block] {
      var blocks: [Block] = []
      var left = limit ?? Int.max
      for batch in batches {
        let used = min(batch.count, left)
        left -= used
        for start in stride(from: 0, to: used, by: blockLength) {
          blocks.append(Block(batch: batch, images: start..<min(start + blockLength, used)))
        }
      }
      return blocks
    }

    func piece(at place: Int) -> Piece {
      Piece(
        name: "\(batch.name)[\(images.lowerBound)..<\(images.upperBound)]", place: place,
        samples: cropsPerImage * images.count)
    }
  }

  /// Reads the files.
  ///
  /// - Parameters:
  ///   - paths: The batches, or their archive.
  ///   - configuration: The filter, and the limit: the first so many images of either part.
  /// - Throws: ``DatasetError``.
  init(_ paths: [String], _ configuration: DataConfiguration) throws(DatasetError) {
    let limit = configuration.limitImages
    if let limit, limit < 1 {
      throw .configuration(key: "data.limit_images", found: "\(limit)", expected: "at least 1")
    }
    let batches = try CIFARBatch.read(paths)
    notes = CIFARSource.notes(of: batches.map(\.number), in: paths)
    let trainingBlocks = Block.cut(batches.filter { !$0.isTest }, limit: limit)
    let validationBlocks = Block.cut(batches.filter(\.isTest), limit: limit)
    let blocks = trainingBlocks + validationBlocks
    let pieces = blocks.indices.map { blocks[$0].piece(at: $0) }
    training = Array(pieces[..<trainingBlocks.count])
    validation = Array(pieces[trainingBlocks.count...])
    self.blocks = blocks
    pipeline = TilePipeline(whitening: configuration.whitening)
    image = AlignedBuffer(count: CIFARBatch.pixels, repeating: 0)
  }

  /// Names the batches that are missing.
  private static func notes(of numbers: [Int], in paths: [String]) -> [String] {
    let names = CIFARBatch.trainingNames
    let missing = names.indices.filter { !numbers.contains($0 + 1) }.map { names[$0] }
    guard let path = paths.first, !missing.isEmpty else { return [] }
    let place = paths.count == 1 ? path : Disk.folder(of: path)
    return [
      "\(place): no \(missing.joined(separator: ", ")); "
        + "\(names.count - missing.count) of \(names.count) training batches are used"
    ]
  }

  /// Where the tiles of an image lie: their top left corners.
  ///
  /// Drawn for each image by itself, from the seed of the data, so that they are the same whatever
  /// other images there are, and whichever rank asks.
  ///
  /// - Parameters:
  ///   - image: Its place in the batch.
  ///   - batch: The batch's number.
  /// - Returns: As many corners as an image has tiles, each of the 9 x 9 places as likely.
  static func corners(of image: Int, inBatch batch: Int) -> [(row: Int, column: Int)] {
    var stream = RandomStream(seed: ImageSplit.dataSeed, purpose: .crops, batch, image)
    let places = CIFARBatch.side - TilePipeline.tileSide + 1
    return (0..<cropsPerImage).map { _ in
      let row = stream.index(below: places)
      return (row, stream.index(below: places))
    }
  }

  mutating func write(
    _ piece: Piece, of part: Part, into samples: UnsafeMutableBufferPointer<Float>
  ) throws(DatasetError) {
    let block = blocks[piece.place]
    var start = 0
    for number in block.images {
      block.batch.writeGrey(number, into: image.elements)
      flaws.look(
        at: image.elements, name: "\(block.batch.name) (number \(number), from 0)")
      for corner in CIFARSource.corners(of: number, inBatch: block.batch.number) {
        let sample = samples[start..<start + TilePipeline.samplePixels]
        pipeline.processTile(
          of: image.elements, width: CIFARBatch.side, at: corner,
          into: UnsafeMutableBufferPointer(rebasing: sample))
        start += TilePipeline.samplePixels
      }
    }
  }

  func labels(_ piece: Piece, of part: Part) -> ArraySlice<UInt8> {
    let block = blocks[piece.place]
    return block.images.flatMap { number in
      repeatElement(block.batch.label(number), count: CIFARSource.cropsPerImage)
    }[...]
  }
}
