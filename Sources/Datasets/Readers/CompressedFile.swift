internal import CArchive
internal import Foundation

/// A file read from its start, or a tar archive member by member, through gzip or xz where its name
/// says so.
///
/// The name decides, not the first bytes: pixels without a header can look like any compression.
struct CompressedFile: ~Copyable {
  /// The file, or the archive's path with the member's name behind it.
  private(set) var path: String
  /// Bytes given out so far, uncompressed, of the file or the member.
  private(set) var position = 0
  /// Whether libarchive has an entry to read; none in a file without bytes, nor before the first
  /// member of an archive.
  private var hasEntry: Bool
  private let archivePath: String
  private let archive: OpaquePointer

  /// Opens a file.
  ///
  /// - Parameter path: Ends in `.gz` or `.xz` if compressed.
  /// - Throws: ``DatasetError/unreadable(path:reason:)`` if it cannot be opened,
  ///   ``DatasetError/damaged(path:reason:)`` if it is not compressed as its name says.
  init(_ path: String) throws(DatasetError) {
    try self.init(path, format: archive_read_support_format_raw, entersFirst: true)
  }

  /// Opens a tar archive before its first member.
  ///
  /// - Parameter path: As of a file.
  /// - Throws: As for a file.
  init(archive path: String) throws(DatasetError) {
    try self.init(path, format: archive_read_support_format_tar, entersFirst: false)
  }

  private init(
    _ path: String, format: (OpaquePointer) -> Int32, entersFirst: Bool
  ) throws(DatasetError) {
    try DatasetError.checkIsFile(path)
    guard let archive = archive_read_new() else {
      throw .unreadable(path: path, reason: "libarchive has no memory")
    }
    do throws(DatasetError) {
      try CompressedFile.accept(format(archive), path, archive)
      try CompressedFile.open(path, archive)
      hasEntry = entersFirst ? try CompressedFile.nextEntry(path, archive) != nil : false
    } catch {
      archive_read_free(archive)
      throw error
    }
    self.path = path
    archivePath = path
    self.archive = archive
  }

  deinit { archive_read_free(archive) }

  private static func open(_ path: String, _ archive: OpaquePointer) throws(DatasetError) {
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
    try accept(archive_read_support_format_empty(archive), path, archive)
    let code = archive_read_open_filename(archive, path, 1 << 16)
    // Opening looks at the first bytes as well. Where it got none, no filter is there, and the error
    // has a number of the system's, which are positive.
    let hasFilter = archive_filter_count(archive) > 0
    guard hasFilter || archive_errno(archive) < 0 else {
      throw .unreadable(path: path, reason: String(cString: strerror(archive_errno(archive))))
    }
    guard !hasFilter || archive_filter_code(archive, 0) == filter else {
      throw .damaged(path: path, reason: "not compressed as its name says")
    }
    guard code == ARCHIVE_OK else { throw .damaged(path: path, reason: message(archive)) }
  }

  /// Goes to the next member of an archive, whose bytes are read from then on.
  ///
  /// - Returns: The member's name, folders included; `nil` after the last.
  /// - Throws: ``DatasetError/damaged(path:reason:)``, also if the file is no tar archive.
  mutating func nextMember() throws(DatasetError) -> String? {
    path = archivePath
    position = 0
    let entry = try CompressedFile.nextEntry(path, archive)
    hasEntry = entry != nil
    guard let entry else { return nil }
    let name = archive_entry_pathname(entry).map { String(cString: $0) } ?? ""
    path = archivePath + "/" + name
    return name
  }

  private static func nextEntry(
    _ path: String, _ archive: OpaquePointer
  ) throws(DatasetError) -> OpaquePointer? {
    var entry: OpaquePointer?
    let code = archive_read_next_header(archive, &entry)
    // A warning is about names or owners that this system cannot represent.
    guard code == ARCHIVE_OK || code == ARCHIVE_EOF || code == ARCHIVE_WARN else {
      throw .damaged(path: path, reason: message(archive))
    }
    return code == ARCHIVE_EOF ? nil : entry
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

  /// Appends all bytes that follow to `bytes`.
  mutating func readRest(into bytes: inout [UInt8]) throws(DatasetError) {
    while try readPart(1 << 16, into: &bytes) > 0 {}
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
    if !hasEntry { return 0 }
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
