/// A batch of CIFAR-10's binary version: colour images of 32 x 32 pixels with their labels.
///
/// Records of 3073 bytes, without a header: the label, then 1024 red, 1024 green and 1024 blue
/// bytes, each row by row. Source: Krizhevsky, "Learning multiple layers of features from tiny
/// images", 2009.
struct CIFARBatch {
  /// Pixels of an image's side.
  static let side = 32
  /// Pixels of an image.
  static let pixels = side * side
  /// Bytes of a record.
  static let recordLength = 1 + 3 * pixels
  /// What labels may be.
  static let labels: ClosedRange<UInt8> = 0...9
  /// The files of the training batches; each also with `.gz` or `.xz` behind it.
  static let trainingNames = (1...5).map { "data_batch_\($0).bin" }
  /// The file of the test batch, as those.
  static let testName = "test_batch.bin"
  /// All of them, in the order of their numbers.
  static let fileNames = trainingNames + [testName]
  /// The archive in which all of them are published.
  static let archiveName = "cifar-10-binary.tar.gz"

  /// 1 to 5 for training batches, 6 for the test batch.
  let number: Int
  private let bytes: [UInt8]

  /// Reads a batch to its end.
  ///
  /// - Parameters:
  ///   - file: Its file, or an archive at its member.
  ///   - number: The batch's number.
  /// - Throws: ``DatasetError``, also for a length that is no whole number of records, or a label
  ///   out of range.
  init(_ file: inout CompressedFile, number: Int) throws(DatasetError) {
    var bytes: [UInt8] = []
    try file.readRest(into: &bytes)
    let length = CIFARBatch.recordLength
    guard !bytes.isEmpty, bytes.count.isMultiple(of: length) else {
      throw .unexpectedValue(
        path: file.path, what: "the number of bytes (uncompressed)", found: "\(bytes.count)",
        expected: "a positive multiple of \(length), the bytes of a record")
    }
    for place in stride(from: 0, to: bytes.count, by: length)
    where !CIFARBatch.labels.contains(bytes[place]) {
      throw .unexpectedValue(
        path: file.path, what: "the label of record \(place / length) (from 0)",
        found: "\(bytes[place])",
        expected: "\(CIFARBatch.labels.lowerBound) to \(CIFARBatch.labels.upperBound)")
    }
    self.number = number
    self.bytes = bytes
  }

  /// What the batch is called.
  var name: String { ImageFolder.stem(CIFARBatch.fileNames[number - 1]) }
  /// Whether the images are for validation.
  var isTest: Bool { number == CIFARBatch.fileNames.count }
  /// Number of images.
  var count: Int { bytes.count / CIFARBatch.recordLength }

  /// The label of an image.
  func label(_ image: Int) -> UInt8 { bytes[image * CIFARBatch.recordLength] }

  /// Writes an image in grey: 0.299 R + 0.587 G + 0.114 B, not rounded, from 0 to 255.
  ///
  /// The weights are the luma of ITU-R Recommendation BT.601, which image libraries use as well.
  ///
  /// - Parameters:
  ///   - image: Its place in the batch.
  ///   - grey: Receives shape [32, 32].
  func writeGrey(_ image: Int, into grey: UnsafeMutableBufferPointer<Float>) {
    let pixels = CIFARBatch.pixels
    precondition(grey.count == pixels, "\(grey.count) pixels, \(pixels) in an image")
    let red = image * CIFARBatch.recordLength + 1
    bytes.withUnsafeBufferPointer { bytes in
      for place in red..<red + pixels {
        grey[place - red] =
          0.299 * Float(bytes[place]) + 0.587 * Float(bytes[place + pixels])
          + 0.114 * Float(bytes[place + 2 * pixels])
      }
    }
  }
}

extension CIFARBatch {
  /// Reads batches.
  ///
  /// - Parameter paths: Files of the names of ``fileNames``, or one archive that holds them.
  /// - Returns: The batches in the order of their numbers.
  /// - Throws: ``DatasetError``, also if an archive lacks the test batch or any training batch.
  static func read(_ paths: [String]) throws(DatasetError) -> [CIFARBatch] {
    if let path = paths.first, path.hasSuffix(archiveName) { return try readArchive(path) }
    var batches: [CIFARBatch] = []
    for path in paths {
      guard let place = fileNames.firstIndex(where: { stored($0).contains(fileName(path)) }) else {
        preconditionFailure("\(path) is no batch of CIFAR-10")
      }
      var file = try CompressedFile(path)
      batches.append(try CIFARBatch(&file, number: place + 1))
    }
    return batches.sorted { $0.number < $1.number }
  }

  /// The names that a file may have: plain or compressed.
  static func stored(_ name: String) -> [String] { [name, name + ".gz", name + ".xz"] }

  /// Reads the batches of an archive, in whatever order they lie in it.
  private static func readArchive(_ path: String) throws(DatasetError) -> [CIFARBatch] {
    var archive = try CompressedFile(archive: path)
    var batches: [Int: CIFARBatch] = [:]
    while let name = try archive.nextMember() {
      if let place = fileNames.firstIndex(of: fileName(name)) {
        // Of two members of one name the later counts, as in unpacking.
        batches[place] = try CIFARBatch(&archive, number: place + 1)
      }
    }
    let sorted = batches.values.sorted { $0.number < $1.number }
    guard let last = sorted.last, last.isTest else {
      throw .noFiles(folder: path, patterns: [testName])
    }
    guard sorted.count > 1 else { throw .noFiles(folder: path, patterns: trainingNames) }
    return sorted
  }

  private static func fileName(_ path: String) -> String {
    String(path.split(separator: "/").last ?? "")
  }
}
