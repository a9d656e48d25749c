import Foundation
import HDF5
import TestSupport
import Testing

/// The texts of files without a seal, over which HDF5 1.10 falls where they are damaged.
struct GlobalHeapTests {
  private func withFile(_ body: (String, Data) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/texts.h5"
      let file = try File.create(path, on: nil)
      for (name, length) in [("a", 3), ("b", 200), ("c", 8), ("d", 9000)] {
        let text = String(repeating: "\(name)", count: length)
        try file.setAttribute(name, of: "/", to: .text(text))
      }
      try file.close()
      try body(path, try Data(contentsOf: URL(fileURLWithPath: path)))
    }
  }

  @Test func textsAsTheyWereWrittenAreSound() throws {
    try withFile { path, _ in try GlobalHeap.check(path) }
  }

  @Test func anyByteOfTheirNumbersAndSizesThatChangesIsSeen() throws {
    try withFile { path, whole in
      let heap = try #require(whole.range(of: Data("GCOL".utf8))).lowerBound
      // The size of the collection, then number and size of its first object.
      for place in Array(8..<16) + [16, 17] + Array(24..<32) {
        var data = whole
        data[heap + place] ^= 1
        try data.write(to: URL(fileURLWithPath: path))
        #expect(throws: HDF5Error.self, "byte \(place)") { try GlobalHeap.check(path) }
      }
      try whole.prefix(heap + 40).write(to: URL(fileURLWithPath: path))
      #expect(throws: HDF5Error.self) { try GlobalHeap.check(path) }
    }
  }
}
