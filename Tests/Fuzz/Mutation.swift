import TestSupport

/// Changes to bytes as disks, editors, transfers and malice make them.
enum Mutation {
  /// Numbers at which conversions and sums go wrong.
  private static let numbers = [
    "-1", "0", "1", "2147483648", "4294967296", "9007199254740993", "4.6e18", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "1e19", "1e300", "-1e308", "1e-320", "1e400",
    "0.5", "NaN", "Infinity", "null", "true", "\"\"", "[]", "{}", "0x10", "010", "~",
  ]
  private static let bytes: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, 0x0A, 0x20, 0x22, 0x2D]
  private static let words: [UInt64] = [
    0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 32, 1 << 62, 1 << 63, .max,
  ]

  /// A mutation.
  ///
  /// - Parameters:
  ///   - seeds: What it begins with, and takes parts from.
  ///   - random: Decides.
  /// - Returns: The bytes.
  static func of(_ seeds: [[UInt8]], _ random: inout SplitMix) -> [UInt8] {
    var bytes = seeds.randomElement(using: &random) ?? []
    repeat {
      change(&bytes, seeds, &random)
    } while Int.random(in: 0..<3, using: &random) == 0
    return bytes
  }

  private static func change(
    _ bytes: inout [UInt8], _ seeds: [[UInt8]], _ random: inout SplitMix
  ) {
    if bytes.isEmpty { bytes = [0x30] }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    let length = min(bytes.count - place, 1 << Int.random(in: 0..<12, using: &random))
    switch Int.random(in: 0..<14, using: &random) {
    case 0...1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 2: bytes[place] = Mutation.bytes.randomElement(using: &random) ?? 0
    case 3:
      for i in place..<place + min(length, 8) { bytes[i] = .random(in: 0...255, using: &random) }
    case 4: overwrite(&bytes, at: place, &random)
    case 5: bytes.removeSubrange(place..<place + length)
    case 6: bytes.removeSubrange(place...)
    case 7: bytes.insert(contentsOf: Array(bytes[place..<place + length]), at: place)
    case 8:
      let other = seeds.randomElement(using: &random) ?? []
      bytes = Array(bytes[..<place]) + other.suffix(max(0, other.count - place))
    case 9...10: replaceNumber(&bytes, from: place, &random)
    case 11: changeLines(&bytes, &random)
    case 12:
      let opening: UInt8 = [0x5B, 0x7B, 0x28, 0x22].randomElement(using: &random) ?? 0x5B
      bytes.insert(contentsOf: repeatElement(opening, count: 4 * length), at: place)
    default:
      let noise = (0..<min(length, 64)).map { _ in UInt8.random(in: 0...255, using: &random) }
      bytes.insert(contentsOf: noise, at: place)
    }
  }

  /// Puts a telling number of up to eight bytes, in either order, over what is there.
  private static func overwrite(_ bytes: inout [UInt8], at place: Int, _ random: inout SplitMix) {
    let word = words.randomElement(using: &random) ?? 0
    let length = [2, 4, 8].randomElement(using: &random) ?? 4
    let isBig = Bool.random(using: &random)
    for i in 0..<min(length, bytes.count - place) {
      let shift = 8 * (isBig ? length - 1 - i : i)
      bytes[place + i] = UInt8(truncatingIfNeeded: word >> UInt64(shift))
    }
  }

  /// Puts another number in the place of the next one that is written in digits.
  private static func replaceNumber(
    _ bytes: inout [UInt8], from place: Int, _ random: inout SplitMix
  ) {
    let digits = (0x30 as UInt8)...0x39
    guard let start = bytes[place...].firstIndex(where: digits.contains) else { return }
    let end = bytes[start...].firstIndex { !digits.contains($0) && $0 != 0x2E } ?? bytes.count
    let number = numbers.randomElement(using: &random) ?? "0"
    bytes.replaceSubrange(start..<end, with: number.utf8)
  }

  /// Takes away, doubles or swaps lines.
  private static func changeLines(_ bytes: inout [UInt8], _ random: inout SplitMix) {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    let (one, other) = (
      Int.random(in: 0..<lines.count, using: &random),
      Int.random(in: 0..<lines.count, using: &random)
    )
    switch Int.random(in: 0..<3, using: &random) {
    case 0: lines.remove(at: one)
    case 1: lines.insert(lines[one], at: other)
    default: lines.swapAt(one, other)
    }
    bytes = Array(lines.joined(separator: [0x0A]))
  }
}
