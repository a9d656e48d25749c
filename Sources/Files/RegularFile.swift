import Foundation

/// Reading of regular files alone.
///
/// A named pipe nobody writes to, a terminal or `/dev/zero` in the place of a file would block the
/// program for ever, or fill its memory. All files that the program reads are opened here, or
/// looked at here before a library opens them by their names.
public enum RegularFile {
  /// Makes sure that a path leads to a regular file, for a library that opens it by its name.
  ///
  /// - Parameter path: The file; links are followed.
  /// - Throws: ``FileError/missing(path:)``; ``FileError/notRegular(path:found:)``.
  public static func check(_ path: String) throws(FileError) {
    var status = stat()
    if stat(path, &status) != 0 { throw failure("stat", path) }
    try check(status, path)
  }

  /// Opens a file for reading.
  ///
  /// - Parameter path: The file; links are followed.
  /// - Returns: A descriptor, which the caller closes.
  /// - Throws: ``FileError``, without waiting for a pipe's other end.
  public static func open(_ path: String) throws(FileError) -> Int32 {
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    if descriptor < 0 { throw failure("open", path) }
    do throws(FileError) {
      try check(descriptor: descriptor, path)
    } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }

  /// Makes sure that an open file is a regular one.
  ///
  /// - Parameters:
  ///   - descriptor: The open file.
  ///   - path: What it is called.
  /// - Throws: ``FileError/notRegular(path:found:)``.
  public static func check(descriptor: Int32, _ path: String) throws(FileError) {
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw failure("fstat", path) }
    try check(status, path)
  }

  /// Reads a whole file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - most: How many bytes are read of it at most.
  /// - Returns: Its bytes.
  /// - Throws: ``FileError``; ``FileError/missing(path:)`` where there is no such file.
  public static func contents(
    of path: String, atMost most: Int = .max
  ) throws(FileError) -> [UInt8] {
    let descriptor = try open(path)
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw failure("fstat", path) }
    let size = min(most, Int(status.st_size))
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let part = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
        let read = Foundation.read(descriptor, part.baseAddress, part.count)
        if read < 0, errno == EINTR { continue }
        failed = read < 0
        if read <= 0 { break }
        count += read
      }
    }
    if failed { throw failure("read", path) }
    return bytes
  }

  private static func check(_ status: stat, _ path: String) throws(FileError) {
    let kind = status.st_mode & S_IFMT
    if kind == S_IFREG { return }
    throw .notRegular(path: path, found: names[kind] ?? "no file")
  }

  private static let names: [mode_t: String] = [
    S_IFDIR: "a folder", S_IFIFO: "a named pipe", S_IFCHR: "a device", S_IFBLK: "a device",
    S_IFSOCK: "a socket",
  ]

  /// What `errno` says; a socket cannot be opened at all.
  private static func failure(_ function: String, _ path: String) -> FileError {
    switch errno {
    case ENOENT, ENOTDIR: .missing(path: path)
    case ENXIO: .notRegular(path: path, found: "a socket")
    default: .system(function, path)
    }
  }
}
