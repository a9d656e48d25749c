internal import Files
internal import Foundation
public import Layers
public import MPI

extension CheckpointFolder {
  /// Where a rank notes the method by which it hung, before it ends the job.
  static func hungNote(in path: String) -> String { "\(path)/hung-method" }

  /// Begins behind the method by which an earlier part of the run hung; every rank calls it.
  ///
  /// - Parameter communicator: The ranks of the run.
  /// - Returns: The method by which it hung; `nil` where it did not.
  /// - Throws: ``CheckpointError``.
  public mutating func avoidHungMethod(
    on communicator: Communicator
  ) throws(CheckpointError) -> WritingMethod? {
    let note = CheckpointFolder.hungNote(in: path)
    let hung = try Checkpoint.onFirstRank(communicator) { () throws(CheckpointError) in
      let bytes = try? RegularFile.contents(of: note, atMost: 4096)
      return bytes.map { String(decoding: $0, as: UTF8.self) }.flatMap {
        WritingMethod(rawValue: $0.trimmingCharacters(in: .whitespacesAndNewlines))
      }
    }
    if let next = hung?.nextAfterHang { method = next }
    if method == .twoPhase { Communicator.preferTwoPhaseWrites() }
    return hung
  }

  /// Writes a checkpoint, and where a method fails tries the next; every rank calls it.
  ///
  /// A full disk is no fault of the method.
  ///
  /// - Parameters:
  ///   - vectors: The numbers to save.
  ///   - layout: Where each parameter lies in them.
  ///   - state: What else is to be saved.
  ///   - isBest: Whether this is the best checkpoint so far.
  ///   - communicator: The ranks of the run.
  ///   - report: Is told what failed and which method has worked; also on ranks other than 0.
  /// - Returns: The path of the file.
  /// - Throws: ``CheckpointError`` of the last method, the same on every rank.
  public mutating func writeByAnyMethod(
    _ vectors: CheckpointVectors, layout: ParameterLayout, state: CheckpointState, isBest: Bool,
    on communicator: Communicator, report: (String) -> Void
  ) throws(CheckpointError) -> String {
    var failures: [String] = []
    while true {
      do throws(CheckpointError) {
        let path = try write(
          vectors, layout: layout, state: state, isBest: isBest, on: communicator)
        if !failures.isEmpty {
          report(
            failures.joined(separator: "; ") + "; \(method.rawValue) writes work and are kept to")
        }
        return path
      } catch {
        guard error.mayDependOnMethod, let next = method.next else { throw error }
        failures.append("\(method.rawValue) writes failed: \(error)")
        method = next
      }
    }
  }
}

extension CheckpointError {
  /// Whether another way of writing might work.
  fileprivate var mayDependOnMethod: Bool {
    guard case .cannotWrite(_, let function, let reason) = self else { return false }
    return (function.hasPrefix("H5") || function == "fault")
      && !reason.contains(String(cString: strerror(ENOSPC)))
  }
}
