internal import Digests
internal import Files
internal import Foundation
internal import HDF5
internal import MPI

/// One checkpoint file that all ranks write together.
struct CheckpointWriting {
  let agreement: Agreement
  let method: WritingMethod
  let pieces: [CheckpointPiece]
  let state: CheckpointState

  private var communicator: Communicator { agreement.communicator }

  /// Bytes that the file will have at most: elements, and what HDF5 and the attributes need.
  var byteCount: Int {
    let elements = pieces.reduce(0) { $0 + $1.bytes.count }
    let texts = state.configuration.utf8.count + state.metrics.utf8.count
    return elements + 2 * texts + 8192 * (pieces.count + 8)
  }

  /// Writes the file, complete on disk when it returns; collective.
  ///
  /// - Parameter path: A name under which nobody looks for a checkpoint yet.
  /// - Throws: The same error on every rank; the file is then unfinished.
  func write(to path: String) throws(CheckpointError) {
    let listing = CheckpointListing(state: state, pieces: pieces, digests: try digests())
    if method == .firstRank {
      try agreement.onFirstRank(.data) { () throws(CheckpointError) in
        try writing(path) { () throws(HDF5Error) in try writeAlone(listing, to: path) }
      }
    } else {
      try writeTogether(listing, to: path)
    }
    try agreement.onFirstRank(.close) { () throws(CheckpointError) in
      try CheckpointSeal.put(on: path)
      try onDisk { () throws(FileError) in try Disk.synchronize(path) }
    }
  }

  private func writeTogether(
    _ listing: CheckpointListing, to path: String
  ) throws(CheckpointError) {
    let file = try agreement.together(.create) { () throws(CheckpointError) in
      try writing(path) { () throws(HDF5Error) in
        try File.create(path, on: communicator, userBlock: CheckpointSeal.length)
      }
    }
    // Creating the file gave back what was set aside for it before.
    try agreement.onFirstRank(.create) { () throws(CheckpointError) in
      try onDisk { () throws(FileError) in try Disk.reserve(byteCount, for: path) }
    }
    let (rank, size) = (communicator.rank, communicator.size)
    for piece in pieces {
      try agreement.together(.data) { () throws(CheckpointError) in
        try writing(path) { () throws(HDF5Error) in
          try write(piece, to: file) { rank * $0 / size..<(rank + 1) * $0 / size }
        }
      }
    }
    try agreement.together(.close) { () throws(CheckpointError) in
      try writing(path) { () throws(HDF5Error) in try listing.write(to: file) }
    }
    try agreement.together(.close) { () throws(CheckpointError) in
      try writing(path) { () throws(HDF5Error) in try file.flush() }
    }
    // No closure may consume the file, so this stage is spelt out.
    var failure: CheckpointError?
    do throws(HDF5Error) {
      try file.close()
    } catch {
      failure = CheckpointError(writing: path, error)
    }
    try agreement.settle(failure)
  }

  private func writeAlone(_ listing: CheckpointListing, to path: String) throws(HDF5Error) {
    let file = try File.create(path, on: nil, userBlock: CheckpointSeal.length)
    for piece in pieces { try write(piece, to: file) { 0..<$0 } }
    try listing.write(to: file)
    try file.flush()
    try file.close()
  }

  /// Writes a dataset, of which this rank has the rows that `share` gives of their number.
  private func write(
    _ piece: CheckpointPiece, to file: borrowing File, share: (Int) -> Range<Int>
  ) throws(HDF5Error) {
    var dataset = try file.createDataset(piece.path, shape: piece.shape, type: piece.type)
    dataset.isCollective = method.isCollective
    try piece.write(share(dataset.rowCount), to: dataset)
    try dataset.close()
  }

  /// The digest of each piece.
  ///
  /// The ranks hold the same numbers, so each computes a share of the digests.
  private func digests() throws(CheckpointError) -> [String] {
    let (rank, size) = (communicator.rank, communicator.size)
    let own = stride(from: rank, to: pieces.count, by: size).map { index in
      SHA256.hex(of: UnsafeRawBufferPointer(pieces[index].bytes))
    }
    do throws(MPIError) {
      let all = try communicator.allGather(own.joined(separator: " ")).map {
        $0.split(separator: " ")
      }
      return pieces.indices.map { String(all[$0 % size][$0 / size]) }
    } catch {
      throw CheckpointError(error)
    }
  }
}

/// Runs a call to HDF5 that writes the file at `path` and throws the room's own error.
private func writing<Value: ~Copyable>(
  _ path: String, _ body: () throws(HDF5Error) -> Value
) throws(CheckpointError) -> Value {
  do throws(HDF5Error) {
    return try body()
  } catch {
    throw CheckpointError(writing: path, error)
  }
}
