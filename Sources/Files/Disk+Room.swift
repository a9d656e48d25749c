import Foundation

extension Disk {
  /// Makes sure that a folder's disk has room.
  ///
  /// - Parameters:
  ///   - byteCount: How much is to be written.
  ///   - folder: Where to.
  /// - Throws: ``FileError/full(folder:needed:available:)``.
  public static func checkRoom(for byteCount: Int, in folder: String) throws(FileError) {
    var disk = statvfs()
    if statvfs(folder, &disk) != 0 { throw .system("statvfs", folder) }
    // Some network file systems report more bytes than an integer holds.
    let available = Int(min(Double(disk.f_bavail) * Double(disk.f_frsize), 0x1p62))
    if available <= byteCount {
      throw .full(folder: folder, needed: byteCount, available: available)
    }
  }

  /// Makes a file, if it is missing, and sets room on the disk aside for it.
  ///
  /// Where the disk ran full in the middle of a collective write, one rank would get the error and
  /// the others wait for it inside the MPI library for ever (seen with Open MPI 4.1.4).
  ///
  /// - Parameters:
  ///   - byteCount: The room.
  ///   - path: The file.
  /// - Throws: ``FileError``.
  public static func reserve(_ byteCount: Int, for path: String) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_NONBLOCK, 0o666)
    if descriptor < 0 { throw .system("open", path) }
    defer { close(descriptor) }
    #if os(Linux)
    let code = posix_fallocate(descriptor, 0, off_t(byteCount))
    if code != 0 {
      let reason = String(cString: strerror(code))
      throw .refused(path: path, function: "posix_fallocate", reason: reason)
    }
    #endif
  }
}
