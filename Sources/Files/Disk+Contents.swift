import Foundation

extension Disk {
  /// How long a pipe may be without a writer, or its writer silent, in milliseconds.
  private static let patience = (writer: 2000, bytes: 30_000)

  /// Reads a whole file that somebody names, which may also be a pipe.
  ///
  /// Devices, sockets and folders are refused before they are opened, and what has no end is not waited for.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: More bytes than this are refused.
  /// - Returns: The bytes.
  /// - Throws: ``FileError/refused(path:function:reason:)``.
  public static func contents(of path: String, atMost limit: Int) throws(FileError) -> [UInt8] {
    func refusal(_ function: String, _ reason: String) -> FileError {
      .refused(path: path, function: function, reason: reason)
    }
    var status = stat()
    if stat(path, &status) != 0 { throw .system("stat", path) }
    if let kind = oddKind(status) { throw refusal("stat", "is \(kind), expected a file") }
    if !isPipe(status), status.st_size > limit {
      throw refusal("stat", "has \(status.st_size) bytes, expected at most \(limit)")
    }
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    if descriptor < 0 { throw .system("open", path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    var hasWriter = !isPipe(status) || path.hasPrefix("/dev/") || path.hasPrefix("/proc/")
    var waited = 0
    while true {
      let count = read(descriptor, &part, part.count)
      if count > 0 {
        bytes += part[..<count]
        (hasWriter, waited) = (true, 0)
        if bytes.count > limit {
          throw refusal("read", "has more than \(limit) bytes, expected at most so many")
        }
      } else if count == 0, hasWriter {
        return bytes
      } else if count == 0 {
        if waited >= patience.writer { throw refusal("read", "is a pipe that nobody writes to") }
        usleep(10_000)
        waited += 10
      } else if errno == EAGAIN {
        if waited >= patience.bytes {
          throw refusal(
            "read", "is a pipe whose writer says nothing for \(patience.bytes / 1000) s")
        }
        hasWriter = true
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        if poll(&state, 1, 100) == 0 { waited += 100 }
      } else if errno != EINTR {
        throw .system("read", path)
      }
    }
  }

  /// Whether a path leads to a pipe, which can be read only once.
  ///
  /// - Parameter path: The path.
  /// - Returns: Whether there is one.
  public static func isPipe(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && isPipe(status)
  }

  private static func isPipe(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFIFO }

  /// What neither file nor pipe is.
  private static func oddKind(_ status: stat) -> String? {
    switch status.st_mode & S_IFMT {
    case S_IFREG, S_IFIFO: nil
    case S_IFDIR: "a folder"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }
}
