/// The frame of an event in a file, that of TFRecord files.
///
/// Length of the payload in 8 bytes, the length's masked CRC-32C in 4, the payload, and its masked
/// CRC-32C; all little-endian.
enum EventRecord {
  private static let lengthBytes = 8
  private static let checkBytes = 4
  private static let headBytes = lengthBytes + checkBytes

  /// Puts a payload into its frame.
  static func framed(_ payload: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(payload.count))
    return length + littleEndian(CRC32C.masked(length)) + payload
      + littleEndian(CRC32C.masked(payload))
  }

  /// Where the payloads of a file lie.
  ///
  /// - Parameter bytes: The file, from its start.
  /// - Returns: The payloads up to the first record that is torn or damaged, and where that begins.
  static func payloads(in bytes: [UInt8]) -> (ranges: [Range<Int>], end: Int) {
    var ranges: [Range<Int>] = []
    var end = 0
    while let range = payload(in: bytes, at: end) {
      ranges.append(range)
      end = range.upperBound + checkBytes
    }
    return (ranges, end)
  }

  private static func payload(in bytes: [UInt8], at start: Int) -> Range<Int>? {
    guard bytes.count - start >= headBytes else { return nil }
    let length = bytes[start..<start + lengthBytes]
    let head = start + headBytes
    guard number(bytes[start + lengthBytes..<head]) == UInt64(CRC32C.masked(length)) else {
      return nil
    }
    let count = number(length)
    let room = bytes.count - head - checkBytes
    guard room >= 0, count <= UInt64(room) else { return nil }
    let range = head..<head + Int(count)
    let check = number(bytes[range.upperBound..<range.upperBound + checkBytes])
    return check == UInt64(CRC32C.masked(bytes[range])) ? range : nil
  }

  private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
