import Files
import Foundation
import TestSupport
import Testing

@Suite struct FileStampTests {
  @Test func stampsTellFilesThatWereChangedOrReplaced() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try Data("one".utf8).write(to: URL(fileURLWithPath: path))
      let first = try FileStamp(path)
      #expect(try FileStamp(path) == first && first.byteCount == 3)
      let date = try #require(
        FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
      // The kernel's clock for files ticks every few milliseconds.
      usleep(50_000)
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.write(contentsOf: Data("two".utf8))
      try handle.close()
      // Also where the time of modification is put back.
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
      let second = try FileStamp(path)
      #expect(second != first)
      try Data("two".utf8).write(to: URL(fileURLWithPath: "\(folder)/b"))
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: "\(folder)/b")
      #expect(rename("\(folder)/b", path) == 0)
      #expect(try FileStamp(path) != second)
      #expect(throws: FileError.self) { try FileStamp("\(folder)/missing") }
    }
  }
}
