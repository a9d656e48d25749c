/// MNIST and the sets in its format: whole small images, pixels / 255, with labels.
///
/// The split is the official one; the test set is for validation.
struct LabelledSource: SampleSource {
  /// Images in a piece.
  private static let blockLength = 500

  let height: Int
  let width: Int
  let training: [Piece]
  let validation: [Piece]
  let isLabelled = true
  var flaws = ImageFlaws()
  private let trainingSet: Labelled
  private let validationSet: Labelled

  /// Images and their labels, from two files.
  private struct Labelled {
    let path: String
    let images: IDXFile
    let labels: IDXFile

    init(images imagesPath: String, labels labelsPath: String) throws(DatasetError) {
      path = imagesPath
      images = try IDXFile.images(imagesPath)
      labels = try IDXFile.labels(labelsPath)
      guard labels.shape[0] == images.shape[0] else {
        throw .unexpectedValue(
          path: labelsPath, what: "the number of labels", found: "\(labels.shape[0])",
          expected: "\(images.shape[0]), the number of images in \(imagesPath)")
      }
    }
  }

  /// Reads the files.
  ///
  /// - Parameters:
  ///   - paths: In the order of ``DatasetCatalog/idxNames``.
  ///   - limit: Use only the first so many images of either part.
  /// - Throws: ``DatasetError``, also where images and labels do not go together.
  init(_ paths: [String], limit: Int?) throws(DatasetError) {
    precondition(paths.count == 4, "\(paths) are not 4 files")
    if let limit, limit < 1 {
      throw .configuration(key: "data.limit_images", found: "\(limit)", expected: "at least 1")
    }
    trainingSet = try Labelled(images: paths[0], labels: paths[1])
    validationSet = try Labelled(images: paths[2], labels: paths[3])
    height = trainingSet.images.shape[1]
    width = trainingSet.images.shape[2]
    let found = validationSet.images.shape[1...]
    guard Array(found) == [height, width] else {
      throw .unexpectedValue(
        path: paths[2], what: "the size of images", found: "\(Array(found))",
        expected: "[\(height), \(width)] as in \(paths[0])")
    }
    func pieces(_ path: String, _ count: Int) -> [Piece] {
      let used = min(count, limit ?? count)
      return stride(from: 0, to: used, by: LabelledSource.blockLength).map { start in
        let end = min(start + LabelledSource.blockLength, used)
        return Piece(
          name: "\(ImageFolder.stem(path))[\(start)..<\(end)]", place: start, samples: end - start)
      }
    }
    training = pieces(paths[0], trainingSet.images.shape[0])
    validation = pieces(paths[2], validationSet.images.shape[0])
  }

  mutating func write(
    _ piece: Piece, of part: Part, into samples: UnsafeMutableBufferPointer<Float>
  ) throws(DatasetError) {
    let pixels = height * width
    let start = piece.place * pixels
    let set = set(part)
    set.images.bytes.withUnsafeBufferPointer { bytes in
      for place in 0..<piece.samples * pixels {
        samples[place] = Float(bytes[start + place]) / 255
      }
    }
    for image in 0..<piece.samples {
      let pixels = samples[image * pixels..<(image + 1) * pixels]
      flaws.look(
        at: UnsafeMutableBufferPointer(rebasing: pixels),
        name: "\(set.path) (number \(piece.place + image), from 0)")
    }
  }

  func labels(_ piece: Piece, of part: Part) -> ArraySlice<UInt8> {
    set(part).labels.bytes[piece.place..<piece.place + piece.samples]
  }

  private func set(_ part: Part) -> Labelled {
    switch part {
    case .training: trainingSet
    case .validation: validationSet
    }
  }
}
