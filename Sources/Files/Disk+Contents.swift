import Foundation

extension Disk {
  /// How long a pipe may be without a writer, or its writer silent, in milliseconds.
  private static let patience = (writer: 2000, bytes: 30_000)

  /// Reads a whole file that somebody names, which may also be a pipe.
  ///
  /// What has no end is not waited for.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: More bytes than this are refused.
  /// - Returns: The bytes.
  /// - Throws: ``FileError``, also as ``RegularFile`` does for what is neither file nor pipe.
  public static func contents(of path: String, atMost limit: Int) throws(FileError) -> [UInt8] {
    let bytes =
      isPipe(path)
      ? try contents(ofPipe: path, atMost: limit)
      : try RegularFile.contents(of: path, atMost: limit + 1)
    guard bytes.count <= limit else {
      throw .refused(
        path: path, function: "read", reason: "has more than the \(limit) bytes expected at most")
    }
    return bytes
  }

  private static func contents(
    ofPipe path: String, atMost limit: Int
  ) throws(FileError) -> [UInt8] {
    func refusal(_ reason: String) -> FileError {
      .refused(path: path, function: "read", reason: reason)
    }
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    if descriptor < 0 { throw .system("open", path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    // One that was inherited may have been written already.
    var hasWriter = path.hasPrefix("/dev/") || path.hasPrefix("/proc/")
    var waited = 0
    while bytes.count <= limit {
      let count = read(descriptor, &part, part.count)
      if count > 0 {
        bytes += part[..<count]
        (hasWriter, waited) = (true, 0)
      } else if count == 0, hasWriter {
        break
      } else if count == 0 {
        if waited >= patience.writer { throw refusal("is a pipe that nobody writes to") }
        usleep(10_000)
        waited += 10
      } else if errno == EAGAIN {
        if waited >= patience.bytes {
          throw refusal("is a pipe whose writer says nothing for \(patience.bytes / 1000) s")
        }
        hasWriter = true
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        if poll(&state, 1, 100) == 0 { waited += 100 }
      } else if errno != EINTR {
        throw .system("read", path)
      }
    }
    return bytes
  }

  /// Whether a path leads to a pipe, which can be read only once.
  ///
  /// - Parameter path: The path.
  /// - Returns: Whether there is one.
  public static func isPipe(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }
}
