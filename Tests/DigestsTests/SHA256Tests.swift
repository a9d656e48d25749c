import Digests
import Foundation
import Testing

struct SHA256Tests {
  /// FIPS 180-4's own examples, and the empty message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func digestMatchesKnownAnswers(text: String, digest: String) {
    #expect(SHA256.hex(of: text) == digest)
  }

  @Test func digestOfMillionLettersMatchesKnownAnswer() {
    let hash = SHA256()
    let thousand = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
    for _ in 0..<1000 { thousand.withUnsafeBytes { hash.update($0) } }
    #expect(
      hash.finalize() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func digestOfFileEqualsThatOfItsBytes() throws {
    // Longer than two of the pieces in which a file is read, and no multiple of them.
    let bytes = (0..<2_500_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(try SHA256.hexOfFile(file.path) == bytes.withUnsafeBytes { SHA256.hex(of: $0) })
  }

  @Test func missingFileIsNamed() throws {
    let error = try #require(throws: DigestError.self) {
      try SHA256.hexOfFile("/nowhere/file")
    }
    #expect(error.path == "/nowhere/file")
    #expect("\(error)" == "/nowhere/file: No such file or directory (fopen)")
  }
}
