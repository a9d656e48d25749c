internal import Files
internal import Foundation
public import Layers
public import MPI

/// The folder in which a run keeps its checkpoints.
///
/// A checkpoint is called `step-00001000.h5`; it is written under a temporary name and renamed
/// when it is complete on disk, so that a run killed at any instant leaves only whole ones. A file
/// `best` holds the name of the best one so far.
public struct CheckpointFolder {
  /// Where the folder lies.
  public let path: String
  /// How many of the newest checkpoints stay, besides the best.
  public let keep: Int
  /// How files are written.
  public var method = WritingMethod.collective
  /// A failure that a test orders.
  package var fault: InjectedFault?
  /// Whether the room on the disk is looked at first; tests of a full disk turn it off.
  package var looksForRoom = true

  /// Names a folder; it need not exist.
  ///
  /// - Parameters:
  ///   - path: Where it lies.
  ///   - keep: How many of the newest checkpoints stay; at least 1.
  public init(path: String, keep: Int) {
    precondition(keep >= 1, "\(keep) checkpoints to keep")
    self.path = path
    self.keep = keep
  }

  /// Writes a checkpoint; every rank calls this with the same numbers and writes a share of them.
  ///
  /// Afterwards older checkpoints beyond the last ``keep`` and the best are removed. Those of
  /// later steps, from which a damaged file made the run fall back, stay until it gets there.
  ///
  /// - Parameters:
  ///   - vectors: The numbers to save.
  ///   - layout: Where each parameter lies in them.
  ///   - state: What else is to be saved; its step gives the file its name.
  ///   - isBest: Whether this is the best checkpoint so far.
  ///   - communicator: The ranks of the run.
  /// - Returns: The path of the file.
  /// - Throws: ``CheckpointError``, the same on every rank, as where the disk has no room. What
  ///   was begun is then removed, and the older checkpoints are as they were.
  @discardableResult
  public func write(
    _ vectors: CheckpointVectors, layout: ParameterLayout, state: CheckpointState, isBest: Bool,
    on communicator: Communicator
  ) throws(CheckpointError) -> String {
    let ordered = fault.flatMap { $0.method ?? method == method ? $0 : nil }
    let agreement = Agreement(communicator: communicator, fault: ordered)
    let writing = CheckpointWriting(
      agreement: agreement, method: method, pieces: vectors.pieces(layout), state: state)
    let name = CheckpointFolder.name(step: state.step)
    let temporary = "\(path)/\(name)\(Disk.temporarySuffix)"
    do throws(CheckpointError) {
      try agreement.onFirstRank(.prepare) { () throws(CheckpointError) in
        try onDisk { () throws(FileError) in
          try Disk.makeFolder(path)
          if looksForRoom { try Disk.checkRoom(for: writing.byteCount, in: path) }
          try Disk.reserve(writing.byteCount, for: temporary)
        }
      }
      try guarded(communicator, name, bytes: writing.byteCount) { () throws(CheckpointError) in
        try writing.write(to: temporary)
      }
      try agreement.onFirstRank(.rename) { () throws(CheckpointError) in
        try onDisk { () throws(FileError) in
          try Disk.put(temporary, inPlaceOf: "\(path)/\(name)")
        }
      }
    } catch {
      if error.isStall { throw error }
      if communicator.rank == 0 { discard(temporary) }
      try agreement.settle(nil)
      throw error
    }
    try agreement.onFirstRank(.prune) { () throws(CheckpointError) in
      if isBest {
        try onDisk { () throws(FileError) in try Disk.write("\(name)\n", to: "\(path)/best") }
      }
      try prune(upTo: state.step)
    }
    return "\(path)/\(name)"
  }

  /// Removes what killed runs left unfinished; every rank calls it at the start of a run.
  ///
  /// - Parameter communicator: The ranks of the run.
  /// - Throws: ``CheckpointError``, the same on every rank.
  public func removeLeftovers(on communicator: Communicator) throws(CheckpointError) {
    let agreement = Agreement(communicator: communicator, fault: fault)
    try agreement.onFirstRank(.prepare) { () throws(CheckpointError) in
      for name in try names(in: path)
      where name.hasSuffix(Disk.temporarySuffix) || name.hasPrefix(FolderRollCall.prefix) {
        try remove(name)
      }
    }
  }

  /// Lists the checkpoints by their names, without opening them.
  ///
  /// - Returns: Paths, from the newest step to the oldest.
  /// - Throws: ``CheckpointError`` where the folder exists but cannot be read.
  public func checkpoints() throws(CheckpointError) -> [String] {
    try steps().map { "\(path)/\(CheckpointFolder.name(step: $0))" }
  }

  /// Finds the best checkpoint.
  ///
  /// - Returns: Its path; `nil` where none was called the best, or that one is gone.
  /// - Throws: ``CheckpointError`` where the folder exists but cannot be read.
  public func best() throws(CheckpointError) -> String? {
    guard let name = bestName(), try names(in: path).contains(name) else { return nil }
    return "\(path)/\(name)"
  }

  /// Runs what waits inside HDF5 and MPI-IO, where only the watchdog's thread sees a stall.
  ///
  /// That ends the job; a note of the method is left, so that the next one tries another.
  private func guarded(
    _ communicator: Communicator, _ name: String, bytes: Int,
    _ body: () throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    guard let watchdog = communicator.watchdog else { return try body() }
    // Even a slow disk takes ten megabytes a second.
    try watchdog.allowing(.seconds(Double(bytes) / 1e7)) { () throws(CheckpointError) in
      try guarded(watchdog, communicator, name, body)
    }
  }

  private func guarded(
    _ watchdog: Watchdog, _ communicator: Communicator, _ name: String,
    _ body: () throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    if method == .firstRank { return try body() }
    let roll = FolderRollCall(
      path: path, rank: communicator.rank, size: communicator.size, method: method)
    try watchdog.guarding(
      "writing \(name) (\(method.rawValue))", onExpiry: { roll.call() }, body)
  }

  /// Removes an unfinished file.
  ///
  /// Where that fails too, the first failure is the one to tell, and the next run removes it.
  private func discard(_ temporary: String) {
    do throws(FileError) { try Disk.removeIfPresent(temporary) } catch {}
  }

  private func bestName() -> String? {
    // What cannot be read names none.
    let bytes = try? RegularFile.contents(of: "\(path)/best", atMost: 4096)
    return bytes.map { String(decoding: $0, as: UTF8.self) }?
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func prune(upTo step: Int) throws(CheckpointError) {
    let best = bestName()
    for old in try steps().filter({ $0 <= step }).dropFirst(keep) {
      let name = CheckpointFolder.name(step: old)
      if name != best { try remove(name) }
    }
  }

  private func remove(_ name: String) throws(CheckpointError) {
    try onDisk { () throws(FileError) in try Disk.removeIfPresent("\(path)/\(name)") }
  }

  /// The steps of the folder's checkpoints, in descending order.
  private func steps() throws(CheckpointError) -> [Int] {
    try names(in: path).compactMap(CheckpointFolder.step(name:)).sorted(by: >)
  }

  private static func name(step: Int) -> String {
    let digits = String(step)
    return "step-\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits).h5"
  }

  /// The step that a name stands for; `nil` where it is no checkpoint's.
  private static func step(name: String) -> Int? {
    guard name.hasPrefix("step-"), name.hasSuffix(".h5"),
      let step = Int(name.dropFirst(5).dropLast(3))
    else { return nil }
    return CheckpointFolder.name(step: step) == name ? step : nil
  }
}
