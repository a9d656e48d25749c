internal import CZlib
internal import Foundation

/// What a gzip file was made from, with the checks that gzip has for it: each member's CRC-32 and
/// length.
///
/// libarchive 3.6 reads gzip too, but passes over both. A class because libarchive reads from it
/// while whoever opened it asks what went wrong.
final class GzipFile {
  /// Bytes read or given out at once.
  private static let length = 1 << 16
  /// Zlib's number for gzip's own header and trailer, with the largest window.
  private static let windowBits: Int32 = 15 + 16

  private let descriptor: Int32
  // Zlib compares the address of this with the one that it saw first.
  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutablePointer<UInt8>
  private let output: UnsafeMutablePointer<UInt8>
  private var state = State.betweenMembers
  /// What is wrong with the file, once anything is.
  private(set) var damage: String?

  private enum State {
    case betweenMembers
    case inMember
    case atEnd
  }

  /// Reads a file that is open at its first byte, and closes it at last.
  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    input = .allocate(capacity: GzipFile.length)
    output = .allocate(capacity: GzipFile.length)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let code = inflateInit2_(
      stream, GzipFile.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    if code != Z_OK { damage = "zlib cannot begin: \(code)" }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
    output.deallocate()
    close(descriptor)
  }

  /// Gives the next bytes, valid until the next call.
  ///
  /// - Returns: None at the end, once all checks held; `nil` where one did not, as ``damage`` says.
  func next() -> UnsafeRawBufferPointer? {
    stream.pointee.next_out = output
    stream.pointee.avail_out = UInt32(GzipFile.length)
    while damage == nil, state != .atEnd, stream.pointee.avail_out > 0 {
      if stream.pointee.avail_in == 0, !refill() { break }
      if state == .betweenMembers { skipPadding() }
      if state == .inMember { inflateSome() }
    }
    if damage != nil { return nil }
    return UnsafeRawBufferPointer(
      start: output, count: GzipFile.length - Int(stream.pointee.avail_out))
  }

  /// Reads more of the file; `false` at its end.
  private func refill() -> Bool {
    var count = read(descriptor, input, GzipFile.length)
    while count < 0, errno == EINTR { count = read(descriptor, input, GzipFile.length) }
    if count < 0 { damage = String(cString: strerror(errno)) }
    if count == 0 {
      if state == .inMember { damage = "gzip: ends in the middle of its compressed data" }
      state = .atEnd
    }
    stream.pointee.next_in = input
    stream.pointee.avail_in = UInt32(max(0, count))
    return count > 0
  }

  /// Passes over zeros, with which tapes and some programs fill blocks up, to the next member.
  private func skipPadding() {
    while stream.pointee.avail_in > 0, stream.pointee.next_in[0] == 0 {
      stream.pointee.next_in += 1
      stream.pointee.avail_in -= 1
    }
    if stream.pointee.avail_in > 0 { state = .inMember }
  }

  private func inflateSome() {
    let code = inflate(stream, Z_NO_FLUSH)
    switch code {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END:
      inflateReset(stream)
      state = .betweenMembers
    default:
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "error \(code)"
      damage = "gzip: \(GzipFile.meanings[reason] ?? reason)"
    }
  }

  /// What zlib's words mean to whoever has the file.
  private static let meanings = [
    "incorrect data check": "its bytes do not have the CRC-32 that it names",
    "incorrect length check": "its bytes are not as many as it says",
    "incorrect header check": "what follows its end is not gzip",
  ]
}
