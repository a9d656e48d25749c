internal import Files
internal import Foundation

/// An open file, whose calls throw what the system says.
struct FileDescriptor: ~Copyable {
  let path: String
  private var number: Int32

  /// Opens a regular file, without waiting for the other end of what is none; one that the call
  /// creates may be read by all.
  init(opening path: String, flags: Int32) throws(RunFolderError) {
    let number = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o644)
    self.path = path
    self.number = number
    guard number < 0 else {
      do throws(FileError) {
        try RegularFile.check(descriptor: number, path)
      } catch {
        // Devices, such as /dev/null, take what is written, and end at once for who reads what they
        // hold.
        if case .notRegular(_, "a device") = error, flags & O_ACCMODE != O_RDONLY { return }
        guard case .notRegular(_, let found) = error else {
          throw .inputOutput(path: path, function: "fstat", reason: error.parts.reason)
        }
        throw .notAFile(path: path, found: found)
      }
      return
    }
    let reason = systemReason()
    throw flags & O_ACCMODE == O_RDONLY
      ? .inputOutput(path: path, function: "open", reason: reason)
      : .cannotWrite(path: path, function: "open", reason: reason)
  }

  deinit { if number >= 0 { Foundation.close(number) } }

  /// Closes the file; some file systems report only now that a write failed.
  consuming func close() throws(RunFolderError) {
    let number = self.number
    self.number = -1
    try check("close", number < 0 ? 0 : Foundation.close(number))
  }

  /// Hands over `bytes` by one call, so that a kill comes before or after but not within.
  ///
  /// - Returns: How many the system took; fewer where the disk is full.
  func write(_ bytes: some Collection<UInt8>) throws(RunFolderError) -> Int {
    let bytes = Array(bytes)
    while true {
      let count = Foundation.write(number, bytes, bytes.count)
      if count >= 0 { return count }
      if errno != EINTR { throw failure("write") }
    }
  }

  /// Reads the file from a place to its end.
  func readAll(from begin: Int = 0) throws(RunFolderError) -> [UInt8] {
    let size = max(0, try size() - begin)
    var bytes = [UInt8](repeating: 0, count: size)
    var done = 0
    while done < size {
      let count = bytes.withUnsafeMutableBytes {
        pread(number, $0.baseAddress.map { $0 + done }, size - done, off_t(begin + done))
      }
      if count < 0 && errno != EINTR { throw failure("read") }
      if count == 0 { break }
      done += max(0, count)
    }
    return Array(bytes.prefix(done))
  }

  /// What the system says of a file.
  struct State {
    /// The file's number, which a new file of the same name does not have.
    let file: UInt64
    /// Its length in bytes.
    let size: Int
    /// When it was last written to.
    let written: Date
  }

  /// Asks what the system says of the file.
  func state() throws(RunFolderError) -> State {
    var status = stat()
    try check("fstat", fstat(number, &status))
    #if canImport(Darwin)
    let time = status.st_mtimespec
    #else
    let time = status.st_mtim
    #endif
    return State(
      file: UInt64(status.st_ino), size: Int(status.st_size),
      written: Date(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9))
  }

  /// The file's length in bytes.
  func size() throws(RunFolderError) -> Int {
    let end = lseek(number, 0, SEEK_END)
    if end < 0 { throw failure("lseek") }
    return Int(end)
  }

  /// Cuts the file off.
  func truncate(to size: Int) throws(RunFolderError) {
    try check("ftruncate", ftruncate(number, off_t(size)))
  }

  /// Waits until the disk has what was written.
  func synchronize() throws(RunFolderError) {
    try check("fsync", fsync(number))
  }

  private func check(_ function: String, _ code: Int32) throws(RunFolderError) {
    if code != 0 { throw failure(function) }
  }

  private func failure(_ function: String) -> RunFolderError {
    .inputOutput(path: path, function: function, reason: systemReason())
  }
}

/// What `errno` says in words.
func systemReason() -> String { String(cString: strerror(errno)) }
