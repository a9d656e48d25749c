internal import Digests
internal import Foundation

/// The digest over a whole checkpoint file, in front of what HDF5 writes.
///
/// The checksums of datasets say nothing of the structures between them, and HDF5 follows damaged
/// ones wherever they lead. So the file begins with a block that HDF5 leaves to its users, and that
/// h5py and the HDF5 tools pass over: a line of text with the digest of all bytes behind it.
enum CheckpointSeal {
  /// Bytes of the block, the smallest that HDF5 allows.
  static let length = 512

  private static let start = "Shoal checkpoint: HDF5 from byte 512 on, with SHA-256 "

  /// Seals a finished file that was created with room for it; on one rank.
  ///
  /// - Throws: ``CheckpointError``.
  static func put(on path: String) throws(CheckpointError) {
    let digest: String
    do throws(CheckpointError) {
      digest = try self.digest(of: path)
    } catch {
      throw .cannotWrite(path: path, function: "read", reason: "\(error)")
    }
    let text = text(digest: digest)
    let descriptor = open(path, O_WRONLY)
    if descriptor < 0 { throw failure("open", path) }
    defer { close(descriptor) }
    let written = pwrite(descriptor, text, text.count, 0)
    if written < 0 { throw failure("pwrite", path) }
    if written < text.count {
      throw .cannotWrite(
        path: path, function: "pwrite", reason: "took \(written) bytes of the seal")
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
    guard let file = FileHandle(forReadingAtPath: path),
      let found = try? file.read(upToCount: length) ?? Data()
    else { throw .cannotRead(path: path, reason: String(cString: strerror(errno))) }
    if found.starts(with: [0x89, 0x48, 0x44, 0x46]) { return false }
    let expected = text(digest: try digest(of: path))
    if found.elementsEqual(expected) { return true }
    throw .damaged(
      path: path,
      reason: found.count < length
        ? "\(found.count) bytes are no checkpoint"
        : "its bytes are not those that its first line was written for")
  }

  private static func text(digest: String) -> [UInt8] {
    let line = Array("\(start)\(digest)\n".utf8)
    return line + [UInt8](repeating: 0, count: length - line.count)
  }

  /// The digest of all bytes behind the seal.
  private static func digest(of path: String) throws(CheckpointError) -> String {
    let descriptor = open(path, O_RDONLY)
    if descriptor < 0 { throw .cannotRead(path: path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    let hash = SHA256()
    var place = length
    let part = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { part.deallocate() }
    while true {
      let count = pread(descriptor, part.baseAddress, part.count, off_t(place))
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw .cannotRead(path: path, reason: String(cString: strerror(errno))) }
      if count == 0 { return hash.finalize() }
      hash.update(UnsafeRawBufferPointer(rebasing: part[..<count]))
      place += count
    }
  }

  private static func failure(_ function: String, _ path: String) -> CheckpointError {
    .cannotWrite(path: path, function: function, reason: String(cString: strerror(errno)))
  }
}
