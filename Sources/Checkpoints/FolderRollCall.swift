internal import Files
internal import Foundation

/// By which ranks that hang in MPI-IO find out who is missing: each leaves a file.
///
/// Runs on the watchdog's threads, where MPI must not be called.
struct FolderRollCall: Sendable {
  /// How the files' names begin.
  static let prefix = "waiting-rank-"

  let path: String
  let rank: Int
  let size: Int
  let method: WritingMethod

  /// Leaves this rank's file, and looks who else has left one.
  ///
  /// Where all have, nobody is missing and the method is at fault: a note of it is left for the next
  /// part of the run.
  ///
  /// - Returns: What to say.
  func call() -> String? {
    do throws(FileError) {
      try Disk.write("", to: "\(path)/\(FolderRollCall.prefix)\(rank)")
      usleep(2_000_000)
      let names = Set(try Disk.names(in: path))
      let missing = (0..<size).filter { !names.contains("\(FolderRollCall.prefix)\($0)") }
      if missing.isEmpty {
        try Disk.write("\(method.rawValue)\n", to: CheckpointFolder.hungNote(in: path))
        return "every rank waits, so the file system or MPI-IO hangs"
      }
      return "nothing is heard from rank\(missing.count == 1 ? "" : "s") "
        + missing.map(String.init).joined(separator: ", ")
    } catch {
      return "\(error)"
    }
  }
}
