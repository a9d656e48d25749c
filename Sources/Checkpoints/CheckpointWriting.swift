internal import Digests
internal import Files
internal import Foundation
internal import HDF5
internal import MPI

/// One checkpoint file that all ranks write together.
struct CheckpointWriting {
  let agreement: Agreement
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
    let file = try agreement.together(.create) { () throws(CheckpointError) in
      try writing(path) { () throws(HDF5Error) in
        try File.create(path, on: communicator, userBlock: CheckpointSeal.length)
      }
    }
    // Creating the file gave back what was set aside for it before.
    try agreement.onFirstRank(.create) { () throws(CheckpointError) in
      try onDisk { () throws(FileError) in try Disk.reserve(byteCount, for: path) }
    }
    for piece in pieces {
      try agreement.together(.data) { () throws(CheckpointError) in
        try writing(path) { () throws(HDF5Error) in try write(piece, to: file) }
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
    try agreement.onFirstRank(.close) { () throws(CheckpointError) in
      try CheckpointSeal.put(on: path)
      try onDisk { () throws(FileError) in try Disk.synchronize(path) }
    }
  }

  /// Writes this rank's share of a dataset's rows.
  private func write(
    _ piece: CheckpointPiece, to file: borrowing File
  ) throws(HDF5Error) {
    let dataset = try file.createDataset(piece.path, shape: piece.shape, type: piece.type)
    let (rank, size, rows) = (communicator.rank, communicator.size, dataset.rowCount)
    try piece.write(rank * rows / size..<(rank + 1) * rows / size, to: dataset)
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
