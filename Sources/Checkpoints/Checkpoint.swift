internal import Digests
internal import HDF5
public import Layers
public import MPI
public import Tensors

/// Reading checkpoints, and the digest by which two models are compared.
public enum Checkpoint {
  /// Restores the numbers of a run; every rank calls it.
  ///
  /// Rank 0 reads and verifies the file and sends the numbers to the others: each rank needs all
  /// of them, so reading together would read the file as often as there are ranks, and only one
  /// rank need open a file that may be damaged.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - vectors: Receives the numbers; keeps its old ones where this throws.
  ///   - layout: Where each parameter lies in them.
  ///   - momentsAreWanted: Whether the file is to have just the moments that `vectors` names;
  ///     where not, those in the file are passed over.
  ///   - communicator: The ranks that want the numbers.
  /// - Returns: What else the checkpoint holds.
  /// - Throws: ``CheckpointError``, the same on every rank.
  public static func read(
    _ path: String, into vectors: CheckpointVectors, layout: ParameterLayout,
    momentsAreWanted: Bool = true, on communicator: Communicator
  ) throws(CheckpointError) -> CheckpointState {
    let pieces = vectors.pieces(layout)
    let state = try onFirstRank(communicator) { () throws(CheckpointError) in
      try CheckpointReading(path).restore(pieces, momentsAreWanted: momentsAreWanted)
    }
    try broadcast(vectors, on: communicator)
    return state
  }

  /// Reads what a checkpoint holds besides vectors, without their checksums; every rank calls it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - communicator: The ranks that want the state.
  /// - Returns: The state, from which the model can be built.
  /// - Throws: ``CheckpointError``, the same on every rank.
  public static func readState(
    _ path: String, on communicator: Communicator
  ) throws(CheckpointError) -> CheckpointState {
    try onFirstRank(communicator) { () throws(CheckpointError) in
      try CheckpointReading(path).listing.state
    }
  }

  /// Reads the parameters of a checkpoint without knowing its model, on this process alone.
  ///
  /// - Parameter path: The file.
  /// - Returns: The parameters in the order of the model that wrote them.
  /// - Throws: ``CheckpointError`` where the file is damaged.
  public static func readParameters(
    _ path: String
  ) throws(CheckpointError) -> (layout: ParameterLayout, values: AlignedBuffer<Float>) {
    let reading = try CheckpointReading(path)
    var layout = ParameterLayout()
    for entry in reading.listing.entries {
      guard let name = entry.parameterName else { continue }
      if entry.type != .float32 || !entry.shape.allSatisfy({ $0 > 0 }) {
        throw .damaged(path: path, reason: "\(entry.path) holds \(entry.type) \(entry.shape)")
      }
      layout.add(name, shape: entry.shape)
    }
    let values = AlignedBuffer<Float>(count: layout.count, repeating: 0)
    let vectors = CheckpointVectors(parameters: values.elements)
    for piece in vectors.pieces(layout) { try reading.restore(piece, into: piece.bytes) }
    return (layout, values)
  }

  /// Computes one digest over all parameters of a model.
  ///
  /// Over the little-endian values in the order of the layout, without names and padding; equal
  /// digests mean bit-equal parameters.
  ///
  /// - Parameters:
  ///   - layout: Where each parameter lies.
  ///   - values: The vector.
  /// - Returns: 64 lower-case hexadecimal digits.
  public static func parametersDigest(
    _ layout: ParameterLayout, _ values: UnsafeBufferPointer<Float>
  ) -> String {
    precondition(values.count == layout.count, "\(values.count) values for \(layout.count)")
    let hash = SHA256()
    for entry in layout.entries {
      hash.update(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: values[entry.range])))
    }
    return hash.finalize()
  }
}

extension Checkpoint {
  /// What rank 0 tells the others.
  private enum Outcome<Value: Codable>: Codable {
    case success(Value)
    case failure(CheckpointError)
  }

  /// Runs `body` on rank 0 and gives its result, or its error, to every rank.
  static func onFirstRank<Value: Codable>(
    _ communicator: Communicator, _ body: () throws(CheckpointError) -> Value
  ) throws(CheckpointError) -> Value {
    var outcome: Outcome<Value>?
    if communicator.rank == 0 {
      do throws(CheckpointError) {
        outcome = .success(try body())
      } catch {
        outcome = .failure(error)
      }
    }
    do throws(MPIError) {
      outcome = try communicator.broadcast(value: outcome, from: 0)
    } catch {
      throw CheckpointError(error)
    }
    switch outcome {
    case .success(let value): return value
    case .failure(let error): throw error
    case nil: preconditionFailure("rank 0 sent no outcome")
    }
  }

  /// Sends the numbers of rank 0 to the others.
  static func broadcast(
    _ vectors: CheckpointVectors, on communicator: Communicator
  ) throws(CheckpointError) {
    do throws(MPIError) {
      try communicator.broadcast(vectors.parameters, from: 0)
      for moment in vectors.moments { try communicator.broadcast(moment.values, from: 0) }
      for statistic in vectors.statistics + vectors.laterStatistics {
        try communicator.broadcast(statistic.values, from: 0)
      }
    } catch {
      throw CheckpointError(error)
    }
  }
}
