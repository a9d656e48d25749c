import Foundation

/// By what the file system shows that a file was changed or replaced, without reading it.
///
/// The time of the last change of the file's status cannot be set by a program, so it also tells
/// files whose time of modification was put back.
public struct FileStamp: Codable, Equatable, Sendable {
  /// Bytes of the file.
  public let byteCount: Int
  private let inode: UInt64
  /// Nanoseconds since 1970.
  private let modified: Int
  private let statusChanged: Int

  private enum CodingKeys: String, CodingKey {
    case byteCount = "bytes"
    case inode
    case modified
    case statusChanged = "status_changed"
  }

  /// Looks at a file.
  ///
  /// - Parameter path: The file, or a link to it.
  /// - Throws: ``FileError`` where it cannot be looked at.
  public init(_ path: String) throws(FileError) {
    var status = stat()
    if stat(path, &status) != 0 { throw .system("stat", path) }
    byteCount = Int(status.st_size)
    inode = UInt64(status.st_ino)
    #if os(Linux)
    let (modified, changed) = (status.st_mtim, status.st_ctim)
    #else
    let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
    #endif
    self.modified = FileStamp.nanoseconds(modified)
    statusChanged = FileStamp.nanoseconds(changed)
  }

  private static func nanoseconds(_ time: timespec) -> Int {
    // Wraps for the year 2262; equality is all that is asked.
    time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
  }
}
