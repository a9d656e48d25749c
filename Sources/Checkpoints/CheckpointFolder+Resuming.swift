public import Layers
public import MPI

/// A file that looked like a checkpoint but could not be used.
public struct PassedOverCheckpoint: Equatable, Codable, Sendable {
  /// The file.
  public let path: String
  /// Why not, on one line that names the file.
  public let reason: String
}

/// What a folder had to resume from.
public struct ResumedCheckpoint: Equatable, Codable, Sendable {
  /// The newest valid file; `nil` where there is none.
  public let path: String?
  /// What else it holds; `nil` where there is none.
  public let state: CheckpointState?
  /// Newer files that are damaged, for the caller to warn of.
  public let passedOver: [PassedOverCheckpoint]
}

extension CheckpointFolder {
  /// Restores the newest valid checkpoint; every rank calls it.
  ///
  /// - Parameters:
  ///   - vectors: Receives the numbers; keeps its own where there is no valid checkpoint.
  ///   - layout: Where each parameter lies in them.
  ///   - communicator: The ranks of the run.
  /// - Returns: Which file it was, what else it holds, and the newer ones that are damaged.
  /// - Throws: ``CheckpointError``, the same on every rank, where the newest readable checkpoint
  ///   is sound but belongs to another model: an older one would not fit either.
  public func newestValid(
    into vectors: CheckpointVectors, layout: ParameterLayout, on communicator: Communicator
  ) throws(CheckpointError) -> ResumedCheckpoint {
    let pieces = vectors.pieces(layout)
    let resumed = try Checkpoint.onFirstRank(communicator) { () throws(CheckpointError) in
      try newestValid(into: pieces)
    }
    if resumed.state != nil { try Checkpoint.broadcast(vectors, on: communicator) }
    return resumed
  }

  private func newestValid(
    into pieces: [CheckpointPiece]
  ) throws(CheckpointError) -> ResumedCheckpoint {
    var passedOver: [PassedOverCheckpoint] = []
    for path in try checkpoints() {
      do throws(CheckpointError) {
        let state = try CheckpointReading(path).restore(pieces, momentsAreWanted: true)
        return ResumedCheckpoint(path: path, state: state, passedOver: passedOver)
      } catch {
        if error.isOfAnotherModel || error.isOfTheSystem { throw error }
        passedOver.append(PassedOverCheckpoint(path: path, reason: "\(error)"))
      }
    }
    return ResumedCheckpoint(path: nil, state: nil, passedOver: passedOver)
  }
}
