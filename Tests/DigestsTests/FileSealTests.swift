import Digests
import Foundation
import TestSupport
import Testing

struct FileSealTests {
  private let seal = FileSeal(content: "A test's file")

  private func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  @Test func anyFlippedBitBreaksIt() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try write((0..<700).map { UInt8(truncatingIfNeeded: $0) }, to: path)
      let digest = try seal.put(on: path)
      #expect(try seal.check(path) == .intact(digest))
      let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      #expect(whole.count == 700)
      for place in stride(from: 0, to: whole.count, by: 3) {
        var bytes = whole
        bytes[place] ^= 1 << UInt8(place % 8)
        try write(bytes, to: path)
        #expect(try seal.check(path) == .broken, "byte \(place)")
      }
      try write(whole.dropLast(), to: path)
      #expect(try seal.check(path) == .broken)
      try write(whole + [0], to: path)
      #expect(try seal.check(path) == .broken)
    }
  }

  @Test func otherFilesAreToldFromBrokenOnes() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try write([0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10], to: path)
      #expect(try seal.check(path) == .unsealed)
      try write(Array("short".utf8), to: path)
      #expect(try seal.check(path) == .tooShort(byteCount: 5))
      try write([UInt8](repeating: 1, count: 600), to: path)
      try FileSeal(content: "Another kind").put(on: path)
      #expect(try seal.check(path) == .broken)
      #expect(throws: DigestError.self) { try seal.check("\(folder)/missing") }
    }
  }
}
