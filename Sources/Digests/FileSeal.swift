internal import Foundation

/// The digest over a whole file, in front of all that it holds.
///
/// Checksums of datasets say nothing of the structures between them, and HDF5 follows damaged ones
/// wherever they lead. So the file begins with a block that HDF5 leaves to its users, and that h5py
/// and the HDF5 tools pass over: a line of text with the digest of all bytes behind it.
public struct FileSeal: Sendable {
  /// Bytes of the block, the smallest that HDF5 allows.
  public static let length = 512

  /// What a comparison of a file with its seal gave.
  public enum Verdict: Equatable, Sendable {
    /// All bytes are as they were sealed, with this SHA-256.
    case intact(String)
    /// The file begins with HDF5's own bytes, as earlier versions wrote it.
    case unsealed
    /// Some byte is not what was sealed, or the file never had a seal.
    case broken
    /// The file is shorter than a seal.
    case tooShort(byteCount: Int)
  }

  private let start: String

  /// Describes the seal of a kind of file.
  ///
  /// - Parameter content: What the file is, such as `Shoal checkpoint`: its first words.
  public init(content: String) {
    start = "\(content): HDF5 from byte \(FileSeal.length) on, with SHA-256 "
  }

  /// Seals a finished file that was created with room for it; by one process.
  ///
  /// - Parameter path: The file.
  /// - Returns: The SHA-256 of all bytes behind the seal.
  /// - Throws: ``DigestError``.
  @discardableResult
  public func put(on path: String) throws(DigestError) -> String {
    let digest = try FileSeal.digest(of: path)
    let text = text(digest: digest)
    let descriptor = open(path, O_WRONLY)
    if descriptor < 0 { throw DigestError(function: "open", path: path, code: errno) }
    defer { close(descriptor) }
    let written = pwrite(descriptor, text, text.count, 0)
    if written < 0 { throw DigestError(function: "pwrite", path: path, code: errno) }
    // Only a full disk takes a part of so few bytes.
    if written < text.count { throw DigestError(function: "pwrite", path: path, code: ENOSPC) }
    return digest
  }

  /// Compares a file with its seal.
  ///
  /// - Parameter path: The file.
  /// - Returns: How they compare.
  /// - Throws: ``DigestError`` where the file cannot be read.
  public func check(_ path: String) throws(DigestError) -> Verdict {
    let head = try FileSeal.read(path, from: 0, limit: FileSeal.length)
    if head.starts(with: [0x89, 0x48, 0x44, 0x46]) { return .unsealed }
    if head.count < FileSeal.length { return .tooShort(byteCount: head.count) }
    // What has no seal need not be read to its end.
    if !head.starts(with: start.utf8) { return .broken }
    let digest = try FileSeal.digest(of: path)
    return head == text(digest: digest) ? .intact(digest) : .broken
  }

  /// Whether a file begins as sealed ones do.
  ///
  /// - Parameter path: The file.
  /// - Returns: Whether it has a seal, unbroken or not.
  /// - Throws: ``DigestError`` where the file cannot be read.
  public func isOn(_ path: String) throws(DigestError) -> Bool {
    try FileSeal.read(path, from: 0, limit: FileSeal.length).starts(with: start.utf8)
  }

  private func text(digest: String) -> [UInt8] {
    let line = Array("\(start)\(digest)\n".utf8)
    return line + [UInt8](repeating: 0, count: FileSeal.length - line.count)
  }

  /// The digest of all bytes behind the seal.
  private static func digest(of path: String) throws(DigestError) -> String {
    let hash = SHA256()
    try forEachPart(of: path, from: length) { hash.update($0) }
    return hash.finalize()
  }

  private static func read(
    _ path: String, from start: Int, limit: Int
  ) throws(DigestError) -> [UInt8] {
    var bytes: [UInt8] = []
    try forEachPart(of: path, from: start, limit: limit) { bytes.append(contentsOf: $0) }
    return bytes
  }

  private static func forEachPart(
    of path: String, from start: Int, limit: Int = .max, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(DigestError) {
    let descriptor = open(path, O_RDONLY)
    if descriptor < 0 { throw DigestError(function: "open", path: path, code: errno) }
    defer { close(descriptor) }
    let part = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(limit, 1 << 20), alignment: 64)
    defer { part.deallocate() }
    var done = 0
    while done < limit {
      let count = pread(
        descriptor, part.baseAddress, min(part.count, limit - done), off_t(start + done))
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw DigestError(function: "pread", path: path, code: errno) }
      if count == 0 { return }
      body(UnsafeRawBufferPointer(rebasing: part[..<count]))
      done += count
    }
  }
}
