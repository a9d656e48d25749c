internal import Digests
internal import Files
internal import Foundation
internal import HDF5
internal import Tensors

/// One checkpoint file that this process alone reads.
struct CheckpointReading: ~Copyable {
  let listing: CheckpointListing
  private let file: File

  /// Opens a file and reads its listing.
  ///
  /// HDF5 falls over damaged files, so that it is given none whose seal does not hold.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``CheckpointError`` where there is no such file, or it is damaged.
  init(_ path: String) throws(CheckpointError) {
    try CheckpointReading.checkIsReadable(path)
    if try !CheckpointSeal.check(path) {
      try reading(path) { () throws(HDF5Error) in try GlobalHeap.check(path) }
    }
    let file = try reading(path) { () throws(HDF5Error) in try File.open(path, on: nil) }
    let listing = try CheckpointListing(file)
    try CheckpointReading.checkSize(of: path, listing)
    self.listing = listing
    self.file = file
  }

  /// Tells a file that the system does not let this process read from one that is damaged.
  ///
  /// Otherwise a run would take a disk that is away for a moment for lost checkpoints.
  private static func checkIsReadable(_ path: String) throws(CheckpointError) {
    let descriptor: Int32
    do throws(FileError) {
      descriptor = try RegularFile.open(path)
    } catch {
      throw CheckpointError(reading: error)
    }
    defer { close(descriptor) }
    var first: UInt8 = 0
    if read(descriptor, &first, 1) < 0 {
      throw .cannotRead(path: path, reason: String(cString: strerror(errno)))
    }
  }

  /// Makes sure that no damaged shape lets memory be allocated for more than the file can hold.
  private static func checkSize(
    of path: String, _ listing: CheckpointListing
  ) throws(CheckpointError) {
    let needed = listing.entries.reduce(0.0) { $0 + Double($1.byteCount) }
    let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? Int ?? 0
    if needed > Double(size) {
      throw .damaged(path: path, reason: "\(size) bytes are too few for its datasets")
    }
  }

  /// Restores all pieces, or none.
  ///
  /// - Throws: ``CheckpointError`` where the file is damaged or belongs to another model; the
  ///   pieces are then as they were.
  func restore(
    _ pieces: [CheckpointPiece], momentsAreWanted: Bool
  ) throws(CheckpointError) -> CheckpointState {
    try compare(pieces, momentsAreWanted: momentsAreWanted)
    let paths = Set(listing.entries.map(\.path))
    let pieces = pieces.filter { paths.contains($0.path) }
    let scratch = AlignedBuffer<UInt8>(
      count: pieces.reduce(0) { $0 + aligned($1.bytes.count) }, repeating: 0)
    var start = 0
    for piece in pieces {
      let place = UnsafeMutableRawBufferPointer(scratch.view(start..<start + piece.bytes.count))
      try restore(piece, into: place)
      start += aligned(piece.bytes.count)
    }
    start = 0
    for piece in pieces {
      piece.bytes.copyMemory(
        from: UnsafeRawBufferPointer(scratch.view(start..<start + piece.bytes.count)))
      start += aligned(piece.bytes.count)
    }
    return listing.state
  }

  private func aligned(_ count: Int) -> Int { (count + 7) / 8 * 8 }

  /// Reads the dataset of a piece and verifies its checksum.
  ///
  /// - Parameters:
  ///   - piece: Says which dataset, and of which type.
  ///   - bytes: Receives the elements; aligned for them.
  /// - Throws: ``CheckpointError`` where they are not what was written.
  func restore(
    _ piece: CheckpointPiece, into bytes: UnsafeMutableRawBufferPointer
  ) throws(CheckpointError) {
    guard let entry = listing.entries.first(where: { $0.path == piece.path }) else {
      throw .missingDataset(path: file.path, dataset: piece.path)
    }
    if entry.type != piece.type || entry.shape != piece.shape {
      throw .otherType(
        path: file.path, dataset: entry.path, found: "\(entry.type) \(entry.shape)",
        expected: "\(piece.type) \(piece.shape)")
    }
    let found = try digest(entry, into: bytes)
    if found != entry.sha256 {
      throw .checksum(
        path: file.path, dataset: entry.path, expected: entry.sha256, found: found)
    }
  }

  /// Reads a dataset and computes the digest of its elements.
  func digest(
    _ entry: CheckpointListing.Entry, into bytes: UnsafeMutableRawBufferPointer
  ) throws(CheckpointError) -> String {
    try reading(file.path) { () throws(HDF5Error) in
      let dataset = try file.dataset(entry.path)
      let rows = 0..<dataset.rowCount
      switch entry.type {
      case .float32: try dataset.read(rows: rows, into: bytes.bindMemory(to: Float.self))
      case .float64: try dataset.read(rows: rows, into: bytes.bindMemory(to: Double.self))
      case .int64: try dataset.read(rows: rows, into: bytes.bindMemory(to: Int64.self))
      case .uint8: try dataset.read(rows: rows, into: bytes.bindMemory(to: UInt8.self))
      }
      try dataset.close()
    }
    return SHA256.hex(of: UnsafeRawBufferPointer(bytes))
  }

  /// Compares what the file has with what the model wants.
  private func compare(
    _ pieces: [CheckpointPiece], momentsAreWanted: Bool
  ) throws(CheckpointError) {
    let path = file.path
    let entries = Dictionary(listing.entries.map { ($0.path, $0) }) { first, _ in first }
    for piece in pieces {
      guard let entry = entries[piece.path] else {
        if piece.isOptional { continue }
        throw .missingDataset(path: path, dataset: piece.path)
      }
      if entry.shape != piece.shape {
        throw .otherShape(
          path: path, dataset: piece.path, found: entry.shape, expected: piece.shape)
      }
      if entry.type != piece.type {
        throw .otherType(
          path: path, dataset: piece.path, found: entry.type.rawValue,
          expected: piece.type.rawValue)
      }
    }
    let wanted = Set(pieces.map(\.path))
    for entry in listing.entries where !wanted.contains(entry.path) {
      if !momentsAreWanted && entry.path.hasPrefix("/optimizer/") { continue }
      throw .unexpectedDataset(path: path, dataset: entry.path)
    }
  }
}

extension CheckpointListing.Entry {
  /// The parameter's name in its model; `nil` where the dataset is no parameter.
  var parameterName: String? {
    let prefix = "/parameters/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : nil
  }
}
