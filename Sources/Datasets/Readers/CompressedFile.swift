internal import CArchive
internal import Files
internal import Foundation

/// A file read from its start, or a tar archive member by member, through gzip or xz where its
/// first bytes are theirs.
///
/// IDX files begin with zeros and records of CIFAR-10 with a label below 10, so neither can begin
/// so by itself; photographs, which have no header, are told by their length. A file whose name
/// ends in `.gz` or `.xz` must be of that compression.
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
  /// What libarchive reads from in place of a gzip file.
  private let gzip: GzipFile?

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file, compressed or not.
  ///   - plainLength: Bytes of a file that is not compressed, where its format has no header.
  /// - Throws: ``DatasetError/unreadable(path:reason:)`` if it cannot be opened,
  ///   ``DatasetError/damaged(path:reason:)`` if it is not compressed as its name says.
  init(_ path: String, plainLength: Int? = nil) throws(DatasetError) {
    let compression = try Compression(of: path, plainLength: plainLength)
    try self.init(
      path, compression, format: archive_read_support_format_raw, entersFirst: true)
  }

  /// Opens a tar archive before its first member.
  ///
  /// - Parameter path: As of a file.
  /// - Throws: As for a file.
  init(archive path: String) throws(DatasetError) {
    try self.init(
      path, try Compression(of: path, plainLength: nil), format: archive_read_support_format_tar,
      entersFirst: false)
  }

  private init(
    _ path: String, _ compression: Compression, format: (OpaquePointer) -> Int32,
    entersFirst: Bool
  ) throws(DatasetError) {
    var gzip: GzipFile?
    if compression == .gzip {
      let descriptor = open(path, O_RDONLY)
      if descriptor < 0 { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
      gzip = GzipFile(descriptor)
    }
    guard let archive = archive_read_new() else {
      throw .unreadable(path: path, reason: "libarchive has no memory")
    }
    do throws(DatasetError) {
      try CompressedFile.accept(format(archive), path, archive)
      try CompressedFile.attach(path, compression, gzip, archive)
      hasEntry = entersFirst ? try CompressedFile.nextEntry(path, archive, gzip) != nil : false
    } catch {
      archive_read_free(archive)
      throw error
    }
    self.path = path
    archivePath = path
    self.archive = archive
    self.gzip = gzip
  }

  deinit { archive_read_free(archive) }

  /// How a file's bytes are packed, found out from the first of them.
  private enum Compression: String {
    case none
    case gzip
    case xz

    init(of path: String, plainLength: Int?) throws(DatasetError) {
      try DatasetError.checkIsFile(path)
      guard let file = fopen(path, "rb") else {
        throw .unreadable(path: path, reason: String(cString: strerror(errno)))
      }
      defer { fclose(file) }
      var head = [UInt8](repeating: 0, count: FileKind.headLength)
      head.removeLast(head.count - fread(&head, 1, head.count, file))
      if ferror(file) != 0 {
        throw .unreadable(path: path, reason: String(cString: strerror(errno)))
      }
      let isNamedSo = path.hasSuffix(".gz") || path.hasSuffix(".xz")
      if !isNamedSo, let plainLength, (try? FileStamp(path))?.byteCount == plainLength {
        self = .none
        return
      }
      self =
        head.starts(with: FileKind.gzip) ? .gzip : head.starts(with: FileKind.xz) ? .xz : .none
      for (ending, expected) in [(".gz", Compression.gzip), (".xz", .xz)]
      where path.hasSuffix(ending) && self != expected {
        let kind = FileKind.name(of: head).map { "; it is \($0)" } ?? ""
        throw .damaged(path: path, reason: "not compressed as its name says\(kind)")
      }
    }
  }

  private static func attach(
    _ path: String, _ compression: Compression, _ gzip: GzipFile?, _ archive: OpaquePointer
  ) throws(DatasetError) {
    if compression == .xz {
      try accept(archive_read_support_filter_xz(archive), path, archive)
    }
    try accept(archive_read_support_format_empty(archive), path, archive)
    let code: Int32
    if let gzip {
      // Unretained: the file outlives the archive, which is freed in `deinit`.
      code = archive_read_open(
        archive, Unmanaged.passUnretained(gzip).toOpaque(), nil,
        { archive, gzip, bytes in
          guard let gzip else { return -1 }
          guard let part = Unmanaged<GzipFile>.fromOpaque(gzip).takeUnretainedValue().next() else {
            return -1
          }
          bytes?.pointee = part.baseAddress
          return part.count
        }, nil)
    } else {
      code = archive_read_open_filename(archive, path, 1 << 16)
    }
    // Its first bytes were read before, so it is there and may be read.
    guard code == ARCHIVE_OK else { throw .damaged(path: path, reason: message(archive, gzip)) }
  }

  /// Goes to the next member of an archive, whose bytes are read from then on.
  ///
  /// - Returns: The member's name, folders included; `nil` after the last, once all of the
  ///   compressed file was read and found to be as it was written.
  /// - Throws: ``DatasetError/damaged(path:reason:)``, also if the file is no tar archive.
  mutating func nextMember() throws(DatasetError) -> String? {
    path = archivePath
    position = 0
    let entry = try CompressedFile.nextEntry(path, archive, gzip)
    hasEntry = entry != nil
    guard let entry else {
      // Behind the last member libarchive leaves the rest, and with it gzip's checks, unread.
      while let part = gzip?.next(), !part.isEmpty {}
      if let damage = gzip?.damage { throw .damaged(path: path, reason: damage) }
      return nil
    }
    let name = archive_entry_pathname(entry).map { String(cString: $0) } ?? ""
    path = archivePath + "/" + name
    return name
  }

  private static func nextEntry(
    _ path: String, _ archive: OpaquePointer, _ gzip: GzipFile?
  ) throws(DatasetError) -> OpaquePointer? {
    var entry: OpaquePointer?
    let code = archive_read_next_header(archive, &entry)
    // A warning is about names or owners that this system cannot represent.
    guard code == ARCHIVE_OK || code == ARCHIVE_EOF || code == ARCHIVE_WARN else {
      throw .damaged(path: path, reason: message(archive, gzip))
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

  /// Reads on until there are as many bytes as ``FileKind`` wants to see.
  mutating func head(after start: [UInt8]) throws(DatasetError) -> [UInt8] {
    var bytes = start
    while bytes.count < FileKind.headLength,
      try readPart(FileKind.headLength - bytes.count, into: &bytes) > 0
    {}
    return bytes
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
    try checkMemory(for: count, behind: bytes)
    let read = withUnsafeTemporaryAllocation(byteCount: count, alignment: 16) { part in
      let read = archive_read_data(archive, part.baseAddress, count)
      bytes.append(contentsOf: part[..<max(0, read)])
      return read
    }
    guard read >= 0 else {
      throw .damaged(path: path, reason: CompressedFile.message(archive, gzip))
    }
    position += read
    return read
  }

  /// Makes sure of the memory where large contents are about to be moved to twice as much.
  private func checkMemory(for count: Int, behind bytes: [UInt8]) throws(DatasetError) {
    guard bytes.capacity >= 1 << 26, bytes.count + count > bytes.capacity else { return }
    do throws(AvailableMemory.Lack) {
      try AvailableMemory.check(for: 2 * bytes.capacity, path)
    } catch {
      throw .memory(error)
    }
  }

  private static func accept(
    _ code: Int32, _ path: String, _ archive: OpaquePointer
  ) throws(DatasetError) {
    guard code == ARCHIVE_OK else {
      throw .unreadable(path: path, reason: message(archive, nil))
    }
  }

  private static func message(_ archive: OpaquePointer, _ gzip: GzipFile?) -> String {
    if let damage = gzip?.damage { return damage }
    guard let text = archive_error_string(archive) else { return "libarchive gives no reason" }
    return String(cString: text)
  }
}
