internal import Foundation

/// An open file, whose calls throw what the system says.
struct FileDescriptor: ~Copyable {
  let path: String
  private var number: Int32

  /// Opens a file; one that the call creates may be read by all.
  init(opening path: String, flags: Int32) throws(RunFolderError) {
    let number = open(path, flags | O_CLOEXEC, 0o644)
    self.path = path
    self.number = number
    if number < 0 {
      throw .cannotWrite(path: path, function: "open", reason: systemReason())
    }
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

  /// Reads the whole file from its start.
  func readAll() throws(RunFolderError) -> [UInt8] {
    let size = try size()
    var bytes = [UInt8](repeating: 0, count: size)
    var done = 0
    while done < size {
      let count = bytes.withUnsafeMutableBytes {
        pread(number, $0.baseAddress.map { $0 + done }, size - done, off_t(done))
      }
      if count < 0 && errno != EINTR { throw failure("read") }
      if count == 0 { break }
      done += max(0, count)
    }
    return Array(bytes.prefix(done))
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
