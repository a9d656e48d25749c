import Testing

@testable import Reporting

@Suite struct CRC32CTests {
  /// The examples of RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
  private static let answers: [([UInt8], UInt32)] = [
    ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
    ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
    ([UInt8](0...31), 0x46DD_794E),
    ([UInt8](0...31).reversed(), 0x113F_DB5C),
    (Array("123456789".utf8), 0xE306_9283),
    ([], 0),
  ]

  @Test(arguments: answers)
  func publishedAnswersAreFound(bytes: [UInt8], check: UInt32) {
    #expect(CRC32C.of(bytes) == check)
  }

  /// In TensorFlow's own files the length 24 is followed by the bytes a3 7f 4b 22.
  @Test func storedChecksAreMasked() {
    #expect(CRC32C.masked([24, 0, 0, 0, 0, 0, 0, 0]) == 0x224B_7FA3)
  }
}
