import Files
import Foundation
import TestSupport
import Testing

@Suite struct DiskTests {
  @Test func aTextReplacesTheOneBefore() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try Disk.write("first", to: path)
      try Disk.write("second", to: path)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "second")
      #expect(try Disk.names(in: folder) == ["a"])
    }
  }

  @Test func partsFollowOneAnother() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try Disk.write("something longer", to: path)
      let (first, last) = ([1, 2] as [UInt16], [3] as [UInt8])
      try first.withUnsafeBytes { first in
        try last.withUnsafeBytes { last in
          try Disk.write([first, UnsafeRawBufferPointer(start: nil, count: 0), last], to: path)
        }
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 0, 2, 0, 3]))
      #expect(try Disk.names(in: folder) == ["a"])
    }
  }

  @Test func whatCannotBeWrittenLeavesTheFileAlone() throws {
    try withTemporaryFolder { folder in
      try Disk.write("precious", to: "\(folder)/a")
      try FileManager.default.createDirectory(
        atPath: "\(folder)/a.partial", withIntermediateDirectories: false)
      #expect(throws: FileError.self) { try Disk.write("new", to: "\(folder)/a") }
      #expect(try String(contentsOfFile: "\(folder)/a", encoding: .utf8) == "precious")
    }
  }

  @Test(arguments: [("a", "."), ("/a", "/"), ("a/b", "a"), ("/a/b/c", "/a/b"), (".", ".")])
  func theFolderOfAPathIsWhatStandsBeforeTheLastSlash(_ path: String, _ folder: String) {
    #expect(Disk.folder(of: path) == folder)
  }

  @Test func foldersAreMadeWithThoseAbove() throws {
    try withTemporaryFolder { folder in
      try Disk.makeFolder("\(folder)/x/y/z")
      try Disk.makeFolder("\(folder)/x/y/z")
      #expect(try Disk.names(in: "\(folder)/x/y") == ["z"])
      try Disk.write("", to: "\(folder)/file")
      #expect(throws: FileError.self) { try Disk.makeFolder("\(folder)/file") }
      #expect(throws: FileError.self) { try Disk.makeFolder("\(folder)/file/below") }
    }
  }

  @Test func moreThanTheDiskHasIsRefused() throws {
    try withTemporaryFolder { folder in
      try Disk.checkRoom(for: 1, in: folder)
      #expect(throws: FileError.self) { try Disk.checkRoom(for: 1 << 61, in: folder) }
    }
  }

  @Test func aFolderThatIsMissingHasNoNames() throws {
    #expect(try Disk.names(in: "/nowhere/at/all") == [])
    #expect(throws: FileError.self) { try Disk.names(in: "/proc/self/status") }
  }

  @Test func removingWhatIsNotThereIsNoError() throws {
    try withTemporaryFolder { folder in
      try Disk.removeIfPresent("\(folder)/none")
      #expect(throws: FileError.self) { try Disk.removeIfPresent(folder) }
    }
  }

  @Test func pipesAndDevicesAreWrittenToAndLinksStay() throws {
    try withTemporaryFolder { folder in
      try Disk.write("text", to: "/dev/null")
      var status = stat()
      #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)

      let pipe = "\(folder)/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      #expect(throws: FileError.self) { try Disk.write("nobody reads", to: pipe) }
      let reader = open(pipe, O_RDONLY | O_NONBLOCK)
      defer { close(reader) }
      try Disk.write("text", to: pipe)
      var bytes = [UInt8](repeating: 0, count: 9)
      #expect(read(reader, &bytes, 9) == 4 && bytes.starts(with: Array("text".utf8)))

      try Disk.write("old", to: "\(folder)/file")
      #expect(symlink("file", "\(folder)/link") == 0)
      try Disk.write("new", to: "\(folder)/link")
      #expect(try String(contentsOfFile: "\(folder)/file", encoding: .utf8) == "new")
      #expect(lstat("\(folder)/link", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    }
  }
}
