internal import CArchive
internal import Foundation

/// A file read from its start, through gzip or xz where its name says so.
///
/// The name decides, not the first bytes: pixels without a header can look like any compression.
struct CompressedFile: ~Copyable {
  let path: String
  /// Bytes given out so far, uncompressed.
  private(set) var position = 0
  /// Whether the file has no bytes: libarchive then has no entry to read.
  private let isEmpty: Bool
  private let archive: OpaquePointer

  /// Opens the file.
  ///
  /// - Parameter path: Ends in `.gz` or `.xz` if compressed.
  /// - Throws: ``DatasetError/unreadable(path:reason:)`` if it cannot be opened,
  ///   ``DatasetError/damaged(path:reason:)`` if it is not compressed as its name says.
  init(_ path: String) throws(DatasetError) {
    guard let archive = archive_read_new() else {
      throw .unreadable(path: path, reason: "libarchive has no memory")
    }
    do throws(DatasetError) {
      isEmpty = try CompressedFile.open(path, archive)
    } catch {
      archive_read_free(archive)
      throw error
    }
    self.path = path
    self.archive = archive
  }

  deinit { archive_read_free(archive) }

  /// Opens the archive at its one entry.
  ///
  /// - Returns: Whether there is none, the file being empty.
  private static func open(
    _ path: String, _ archive: OpaquePointer
  ) throws(DatasetError) -> Bool {
    let filter: Int32
    if path.hasSuffix(".gz") {
      filter = ARCHIVE_FILTER_GZIP
      try accept(archive_read_support_filter_gzip(archive), path, archive)
    } else if path.hasSuffix(".xz") {
      filter = ARCHIVE_FILTER_XZ
      try accept(archive_read_support_filter_xz(archive), path, archive)
    } else {
      filter = ARCHIVE_FILTER_NONE
    }
    try accept(archive_read_support_format_raw(archive), path, archive)
    try accept(archive_read_support_format_empty(archive), path, archive)
    guard archive_read_open_filename(archive, path, 1 << 16) == ARCHIVE_OK else {
      throw .unreadable(path: path, reason: String(cString: strerror(archive_errno(archive))))
    }
    var entry: OpaquePointer?
    let code = archive_read_next_header(archive, &entry)
    guard code == ARCHIVE_OK || code == ARCHIVE_EOF else {
      throw .damaged(path: path, reason: message(archive))
    }
    guard archive_filter_code(archive, 0) == filter else {
      throw .damaged(path: path, reason: "not compressed as its name says")
    }
    return code == ARCHIVE_EOF
  }

  /// Appends the next `count` bytes to `bytes`.
  ///
  /// Memory grows with what is there, so that a wrong count in a header cannot ask for too much.
  ///
  /// - Throws: ``DatasetError/truncated(path:found:expected:)`` if the file ends before.
  mutating func read(_ count: Int, into bytes: inout [UInt8]) throws(DatasetError) {
    let expected = position + count
    while position < expected {
      let part = try readPart(expected - position, into: &bytes)
      guard part > 0 else { throw .truncated(path: path, found: position, expected: expected) }
    }
  }

  /// Checks that nothing follows.
  ///
  /// - Throws: ``DatasetError/tooLong(path:expected:)`` if something does.
  mutating func expectEnd() throws(DatasetError) {
    let expected = position
    var rest: [UInt8] = []
    guard try readPart(1, into: &rest) == 0 else {
      throw .tooLong(path: path, expected: expected)
    }
  }

  /// Appends up to `count` bytes, at most 64 KiB; none at the end of the file.
  private mutating func readPart(
    _ count: Int, into bytes: inout [UInt8]
  ) throws(DatasetError) -> Int {
    if isEmpty { return 0 }
    let count = min(count, 1 << 16)
    let read = withUnsafeTemporaryAllocation(byteCount: count, alignment: 16) { part in
      let read = archive_read_data(archive, part.baseAddress, count)
      bytes.append(contentsOf: part[..<max(0, read)])
      return read
    }
    guard read >= 0 else {
      throw .damaged(path: path, reason: CompressedFile.message(archive))
    }
    position += read
    return read
  }

  private static func accept(
    _ code: Int32, _ path: String, _ archive: OpaquePointer
  ) throws(DatasetError) {
    guard code == ARCHIVE_OK else {
      throw .unreadable(path: path, reason: message(archive))
    }
  }

  private static func message(_ archive: OpaquePointer) -> String {
    guard let text = archive_error_string(archive) else { return "libarchive gives no reason" }
    return String(cString: text)
  }
}
