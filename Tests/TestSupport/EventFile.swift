internal import Foundation

/// An event file of TensorBoard, read without the code that writes it.
public struct EventFile {
  /// A value with a name.
  public struct Value {
    /// What it is called.
    public var tag = ""
    /// The number, if it is one.
    public var number: Float?
    /// The PNG file, if it is a picture.
    public var png: [UInt8]?
    /// What the buckets hold, if it is a histogram.
    public var buckets: [Double]?
  }

  /// What was recorded at once.
  public struct Event {
    /// The step.
    public var step = 0
    /// The format's name and version, in the first event.
    public var version = ""
    /// The values.
    public var values: [Value] = []
    /// The values' tags.
    public var tags: [String] { values.map(\.tag) }
  }

  /// The events of the whole records, in the order of the file.
  public private(set) var events: [Event] = []
  /// Whether the file has nothing else than whole records with right checks.
  public private(set) var isWhole = true

  /// Reads a file.
  ///
  /// - Parameter bytes: Its contents.
  public init(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let payload = Self.record(&rest) else {
        isWhole = false
        return
      }
      events.append(Self.event(payload))
    }
  }

  private static func record(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard rest.count >= 16 else { return nil }
    let length = rest.prefix(8)
    let count = Int(number(length))
    let check = UInt32(number(rest.dropFirst(8).prefix(4)))
    guard check == masked(length), count >= 0, rest.count - 16 >= count else { return nil }
    let payload = rest.dropFirst(12).prefix(count)
    let end = rest.dropFirst(12 + count)
    guard UInt32(number(end.prefix(4))) == masked(payload) else { return nil }
    rest = end.dropFirst(4)
    return payload
  }

  private static func event(_ bytes: ArraySlice<UInt8>) -> Event {
    var event = Event()
    for field in fields(bytes) {
      switch field.number {
      case 2: event.step = Int(field.integer)
      case 3: event.version = String(decoding: field.bytes, as: UTF8.self)
      case 5: event.values = fields(field.bytes).map { value($0.bytes) }
      default: break
      }
    }
    return event
  }

  private static func value(_ bytes: ArraySlice<UInt8>) -> Value {
    var value = Value()
    for field in fields(bytes) {
      switch field.number {
      case 1: value.tag = String(decoding: field.bytes, as: UTF8.self)
      case 2: value.number = Float(bitPattern: UInt32(number(field.bytes)))
      case 4: value.png = fields(field.bytes).first { $0.number == 4 }.map { Array($0.bytes) }
      case 5: value.buckets = fields(field.bytes).first { $0.number == 7 }.map { doubles($0.bytes) }
      default: break
      }
    }
    return value
  }

  private static func doubles(_ bytes: ArraySlice<UInt8>) -> [Double] {
    stride(from: bytes.startIndex, to: bytes.endIndex, by: 8).map {
      Double(bitPattern: number(bytes[$0..<$0 + 8]))
    }
  }

  /// The fields of a message in protocol buffers: a key, then a number or bytes.
  private static func fields(
    _ bytes: ArraySlice<UInt8>
  ) -> [(number: Int, integer: UInt64, bytes: ArraySlice<UInt8>)] {
    var fields: [(Int, UInt64, ArraySlice<UInt8>)] = []
    var rest = bytes
    while !rest.isEmpty {
      let key = varint(&rest)
      var (integer, count) = (UInt64(0), 0)
      switch key & 7 {
      case 0: integer = varint(&rest)
      case 1: count = 8
      case 2: count = Int(varint(&rest))
      default: count = 4
      }
      fields.append((Int(key >> 3), integer, rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return fields
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64 {
    var (value, shift) = (UInt64(0), UInt64(0))
    while let byte = rest.popFirst() {
      value |= UInt64(byte & 0x7F) << shift
      shift += 7
      if byte < 0x80 { break }
    }
    return value
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// CRC-32C bit by bit, rotated by 15 and shifted by the format's constant.
  private static func masked(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var sum = ~UInt32(0)
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
    }
    sum = ~sum
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }
}
