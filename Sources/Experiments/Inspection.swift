import Checkpoints

/// What `shoal inspect` tells of a checkpoint.
public struct Inspection {
  /// Whether every checksum holds, as it may not in a file of earlier versions, which have no seal.
  public let isIntact: Bool
  /// The report, line by line.
  public let lines: [String]

  /// Reads a checkpoint, on this process alone.
  ///
  /// - Parameters:
  ///   - path: A checkpoint, or a run's folder, of which the newest valid one is taken.
  ///   - warn: Is told of damaged files that were passed over.
  /// - Throws: ``RunError`` if there is none; `CheckpointError`.
  public init(_ path: String, warn: (String) -> Void) throws {
    let path = try SavedModel.checkpoint(of: path, warn: warn)
    let contents = try CheckpointContents(of: path)
    let state = contents.state
    isIntact = contents.isIntact
    lines =
      [
        path,
        "step \(state.step), epoch \(state.epoch), seed \(state.seed), shards \(state.shards), "
          + "written by shoal \(state.shoalVersion)",
        "computed with \(state.kernels)"
          + (state.fingerprint.isEmpty ? "" : ", fingerprint \(state.fingerprint)"),
      ]
      + (state.dataDigest.isEmpty ? [] : ["data sha256: \(state.dataDigest)"])
      + contents.entries.map { entry in
        let shape = entry.shape.map(String.init).joined(separator: ", ")
        let check = entry.isIntact ? "intact" : "DAMAGED"
        return "  \(entry.path) [\(shape)] \(entry.type) \(check)"
      }
      + ["metrics \(state.metrics)", "parameters sha256: \(contents.parametersDigest)"]
  }
}
