internal import Foundation
internal import HDF5
internal import MPI

/// The ranks that prepare data together; this process alone where there is no communicator.
struct Ranks {
  let communicator: Communicator?

  var rank: Int { communicator?.rank ?? 0 }
  var size: Int { communicator?.size ?? 1 }

  /// Gives every rank the text of rank 0.
  func broadcast(_ text: String) throws(DatasetError) -> String {
    guard let communicator else { return text }
    return try communicating { () throws(MPIError) in try communicator.broadcast(text, from: 0) }
  }

  /// Gives every rank the texts of all, in the order of the ranks.
  func gather(_ text: String) throws(DatasetError) -> [String] {
    guard let communicator else { return [text] }
    return try communicating { () throws(MPIError) in try communicator.allGather(text) }
  }

  /// Gives every rank the values of all, in the order of the ranks.
  func gather<Value: Codable>(value: Value) throws(DatasetError) -> [Value] {
    try gather(jsonText(value)).map { text in
      do {
        return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
      } catch {
        preconditionFailure("\(text) is not what a rank wrote: \(error)")
      }
    }
  }

  /// Gives every rank what rank 0 finds out, or its error.
  func fromFirst(
    _ body: () throws(DatasetError) -> String
  ) throws(DatasetError) -> String {
    var answer = ""
    try together { () throws(DatasetError) in
      if rank == 0 { answer = try body() }
    }
    return try broadcast(answer)
  }

  /// Whether the condition holds on every rank.
  func all(_ condition: Bool) throws(DatasetError) -> Bool {
    guard let communicator else { return condition }
    let least = try communicating { () throws(MPIError) in
      try communicator.allReduce(Int64(condition ? 1 : 0), .minimum)
    }
    return least == 1
  }

  /// Does what may fail on one rank alone; where it does, every rank throws.
  ///
  /// A rank that left by itself would close its open files, which waits for the other ranks, while
  /// they wait for it to write.
  func together(_ body: () throws(DatasetError) -> Void) throws(DatasetError) {
    var failure: DatasetError?
    do throws(DatasetError) {
      try body()
    } catch {
      failure = error
    }
    if try all(failure == nil) { return }
    let texts = try gather(failure.map { "\($0)" } ?? "")
    let codes = try gather(failure.map { "\($0.exitCode)" } ?? "")
    if let failure { throw failure }
    let rank = texts.firstIndex { !$0.isEmpty } ?? 0
    throw .elsewhere(exitCode: Int32(codes[rank]) ?? 65, description: texts[rank])
  }

  private func communicating<R>(_ body: () throws(MPIError) -> R) throws(DatasetError) -> R {
    do throws(MPIError) {
      return try body()
    } catch {
      throw .communication(error)
    }
  }
}

/// Turns a failure of HDF5 into one of this room.
func storing<R: ~Copyable>(
  _ body: () throws(HDF5Error) -> R
) throws(DatasetError) -> R {
  do throws(HDF5Error) {
    return try body()
  } catch {
    throw .storage(error)
  }
}
