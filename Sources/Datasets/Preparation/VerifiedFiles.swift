internal import Digests
internal import Files
internal import Foundation

/// What was found out about files by reading all of their bytes, and what they looked like then.
///
/// Kept beside a prepared file, so that a start reads no file again that has not changed. Nothing
/// but time is lost where it is missing or cannot be written.
struct VerifiedFiles {
  /// Files by their paths.
  private var entries: [String: Entry]
  private var hasChanged = false
  private let path: String

  private struct Entry: Codable, Equatable {
    let stamp: FileStamp
    let sha256: String
  }

  /// Reads what was kept beside a prepared file; nothing where that is missing or damaged.
  init(besides prepared: String) {
    path = VerifiedFiles.path(besides: prepared)
    let data = FileManager.default.contents(atPath: path) ?? Data()
    entries = (try? JSONDecoder().decode([String: Entry].self, from: data)) ?? [:]
  }

  /// Begins with nothing, for a prepared file that is made.
  init(newBesides prepared: String) {
    path = VerifiedFiles.path(besides: prepared)
    entries = [:]
  }

  /// Where that is.
  static func path(besides prepared: String) -> String { prepared + ".verified" }

  /// Whether a prepared file looks as it did when its seal was compared with all its bytes.
  func isIntact(_ prepared: String) -> Bool {
    guard let entry = entries[VerifiedFiles.key(prepared)] else { return false }
    return entry.stamp == (try? FileStamp(prepared))
  }

  /// Notes a file whose bytes were all read just now.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - stamp: What it looked like before; for a file that was written here, what it looks like.
  ///   - sha256: The digest of its bytes, or of those that its seal is over.
  mutating func note(_ path: String, _ stamp: FileStamp, sha256: String) {
    let entry = Entry(stamp: stamp, sha256: sha256)
    let key = VerifiedFiles.key(path)
    if entries[key] == entry { return }
    entries[key] = entry
    hasChanged = true
  }

  /// Whether an original file has the bytes that it had; read only where it looks otherwise.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - file: What it was.
  /// - Returns: Whether it is the same.
  /// - Throws: ``DatasetError/unreadable(path:reason:)``.
  mutating func isSame(
    _ path: String, as file: Provenance.SourceFile
  ) throws(DatasetError) -> Bool {
    let stamp = try VerifiedFiles.stamp(path)
    if stamp.byteCount != file.bytes { return false }
    let expected = Entry(stamp: stamp, sha256: file.sha256)
    if entries[VerifiedFiles.key(path)] == expected { return true }
    guard try VerifiedFiles.sha256(ofFileAt: path) == file.sha256 else { return false }
    note(path, stamp, sha256: file.sha256)
    return true
  }

  /// Keeps what is known for the next start.
  mutating func save() {
    guard hasChanged else { return }
    hasChanged = false
    do throws(FileError) {
      try Disk.write(jsonText(entries) + "\n", to: path)
    } catch {
      // A folder that is read only: the next start reads the files once more.
    }
  }

  /// What a file looks like.
  static func stamp(_ path: String) throws(DatasetError) -> FileStamp {
    do throws(FileError) {
      return try FileStamp(path)
    } catch {
      guard case .refused(_, _, let reason) = error else { preconditionFailure("\(error)") }
      throw .unreadable(path: path, reason: reason)
    }
  }

  /// The digest of all bytes of a file.
  static func sha256(ofFileAt path: String) throws(DatasetError) -> String {
    do throws(DigestError) {
      return try SHA256.hexOfFile(path)
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
  }

  /// One key for a file, from whatever folder the program is started.
  private static func key(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }
}
