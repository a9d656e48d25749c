internal import Foundation
internal import MPI

/// A place in the writing of a checkpoint, by which tests say where it is to fail.
package enum WritingStage: Equatable, Sendable {
  /// Making the folder and looking for room.
  case prepare
  /// Creating the temporary file.
  case create
  /// Writing the datasets.
  case data
  /// Writing the attributes and closing.
  case close
  /// Giving the file its name.
  case rename
  /// Removing older files.
  case prune
}

/// A failure that a test orders.
package struct InjectedFault: Sendable {
  package let stage: WritingStage
  package let rank: Int
  /// Only files that are written so fail; `nil` for all.
  package let method: WritingMethod?

  package init(stage: WritingStage, rank: Int, method: WritingMethod? = nil) {
    self.stage = stage
    self.rank = rank
    self.method = method
  }
}

/// Lets the ranks succeed together or fail together.
///
/// After a failure that only one rank saw, the others would wait in the next collective call for
/// ever; so they compare after each stage.
struct Agreement {
  let communicator: Communicator
  var fault: InjectedFault?

  /// Runs `body` on every rank.
  ///
  /// - Returns: This rank's result.
  /// - Throws: On every rank the error of the lowest rank that had one.
  func together<Value: ~Copyable>(
    _ stage: WritingStage, _ body: () throws(CheckpointError) -> Value
  ) throws(CheckpointError) -> Value {
    var value: Value?
    var failure: CheckpointError?
    do throws(CheckpointError) {
      value = try body()
    } catch {
      failure = error
    }
    try settle(failure ?? orderedFailure(stage))
    guard let value else { preconditionFailure("neither a value nor an error") }
    return value
  }

  /// Runs `body` on rank 0 while the others wait.
  ///
  /// - Throws: On every rank the error of rank 0.
  func onFirstRank(
    _ stage: WritingStage, _ body: () throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var failure = orderedFailure(stage)
    if communicator.rank == 0 && failure == nil {
      do throws(CheckpointError) { try body() } catch { failure = error }
    }
    try settle(failure)
  }

  private func orderedFailure(_ stage: WritingStage) -> CheckpointError? {
    guard let fault, fault.stage == stage, fault.rank == communicator.rank else { return nil }
    return .cannotWrite(path: "\(stage)", function: "fault", reason: "ordered by a test")
  }

  /// Compares how a stage went.
  ///
  /// - Throws: On every rank the error of the lowest rank that had one.
  func settle(_ failure: CheckpointError?) throws(CheckpointError) {
    var failure = failure
    let size = communicator.size
    do throws(MPIError) {
      let own = Int32(failure == nil ? size : communicator.rank)
      let first = Int(try communicator.allReduce(own, .minimum))
      if first == size { return }
      failure = try communicator.broadcast(value: failure, from: first)
    } catch {
      throw CheckpointError(error)
    }
    if let failure { throw failure }
  }
}

extension Communicator {
  /// Gives every rank the value of one, as JSON.
  func broadcast<Value: Codable>(value: Value, from root: Int) throws(MPIError) -> Value {
    let text = rank == root ? (try? JSONEncoder().encode(value)) : nil
    let received = try broadcast(String(decoding: text ?? Data(), as: UTF8.self), from: root)
    if rank == root { return value }
    guard let copy = try? JSONDecoder().decode(Value.self, from: Data(received.utf8)) else {
      preconditionFailure("rank \(root) sent no \(Value.self): \(received)")
    }
    return copy
  }
}
