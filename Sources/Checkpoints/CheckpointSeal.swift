internal import Digests
internal import Foundation

/// The seal of checkpoints: every byte that changed is found by it, before HDF5 follows it.
enum CheckpointSeal {
  /// Bytes in front of what HDF5 writes.
  static let length = FileSeal.length

  private static let seal = FileSeal(content: "Shoal checkpoint")

  /// Seals a finished file that was created with room for it; on one rank.
  ///
  /// - Throws: ``CheckpointError``.
  static func put(on path: String) throws(CheckpointError) {
    do throws(DigestError) {
      try seal.put(on: path)
    } catch {
      throw .cannotWrite(path: path, function: error.function, reason: error.reason)
    }
  }

  /// Compares a file with its seal.
  ///
  /// A file of earlier versions has none; its datasets' checksums have to do.
  ///
  /// - Parameter path: The file.
  /// - Returns: Whether it has a seal.
  /// - Throws: ``CheckpointError`` where any byte is not what was written.
  static func check(_ path: String) throws(CheckpointError) -> Bool {
    let verdict: FileSeal.Verdict
    do throws(DigestError) {
      verdict = try seal.check(path)
    } catch {
      throw .cannotRead(path: path, reason: error.reason)
    }
    switch verdict {
    case .intact: return true
    case .unsealed: return false
    case .tooShort(let count):
      throw .damaged(path: path, reason: "\(count) bytes are no checkpoint")
    case .broken:
      throw .damaged(
        path: path, reason: "its bytes are not those that its first line was written for")
    }
  }
}
