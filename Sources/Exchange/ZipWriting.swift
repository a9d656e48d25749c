internal import CArchive
internal import Foundation

/// A zip archive that is being written; its members are not compressed and have no date.
struct ZipWriting: ~Copyable {
  private let path: String
  private let archive: OpaquePointer

  /// Makes the file, or empties the one that is there.
  ///
  /// - Throws: ``ExchangeError``.
  init(_ path: String) throws(ExchangeError) {
    guard let archive = archive_write_new() else {
      throw ExchangeError(path: path, function: "archive_write_new", reason: "no memory")
    }
    do throws(ExchangeError) {
      try check(
        "archive_write_set_format_zip", archive_write_set_format_zip(archive), path, archive)
      try check(
        "archive_write_zip_set_compression_store",
        archive_write_zip_set_compression_store(archive), path, archive)
      try check(
        "archive_write_open_filename", archive_write_open_filename(archive, path), path, archive)
    } catch {
      archive_write_free(archive)
      throw error
    }
    self.path = path
    self.archive = archive
  }

  deinit { archive_write_free(archive) }

  /// Adds a member.
  ///
  /// - Parameters:
  ///   - name: Its name in the archive, in ASCII.
  ///   - header: Its first bytes.
  ///   - elements: The bytes behind them.
  /// - Throws: ``ExchangeError``.
  borrowing func add(
    _ name: String, _ header: [UInt8], _ elements: UnsafeRawBufferPointer
  ) throws(ExchangeError) {
    guard let entry = archive_entry_new() else {
      throw ExchangeError(path: path, function: "archive_entry_new", reason: "no memory")
    }
    defer { archive_entry_free(entry) }
    archive_entry_set_pathname(entry, name)
    archive_entry_set_filetype(entry, S_IFREG)
    archive_entry_set_perm(entry, 0o644)
    archive_entry_set_size(entry, Int64(header.count + elements.count))
    try check("archive_write_header", archive_write_header(archive, entry), path, archive)
    try header.withUnsafeBufferPointer { (header) throws(ExchangeError) in
      try write(UnsafeRawBufferPointer(header))
    }
    try write(elements)
    try check("archive_write_finish_entry", archive_write_finish_entry(archive), path, archive)
  }

  /// Writes the list of members and closes the file.
  ///
  /// - Throws: ``ExchangeError``.
  consuming func close() throws(ExchangeError) {
    try check("archive_write_close", archive_write_close(archive), path, archive)
  }

  private borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(ExchangeError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      let count = archive_write_data(archive, part.baseAddress, part.count)
      let code = count > 0 ? ARCHIVE_OK : ARCHIVE_FATAL
      try check("archive_write_data", code, path, archive)
      rest = rest.dropFirst(count)
    }
  }
}

/// Throws what libarchive says, unless all went well.
private func check(
  _ function: String, _ code: Int32, _ path: String, _ archive: OpaquePointer
) throws(ExchangeError) {
  if code == ARCHIVE_OK { return }
  let number = archive_errno(archive)
  let text = number > 0 ? strerror(number).map { String(cString: $0) } : nil
  let reason = text ?? archive_error_string(archive).map { String(cString: $0) }
  throw ExchangeError(
    path: path, function: function, reason: reason ?? "libarchive gives no reason")
}
