import Files
import Foundation
import TestSupport
import Testing

@Suite struct RegularFileTests {
  @Test func aFileIsRead() throws {
    try withTemporaryFolder { folder in
      try Disk.write("abcdef", to: "\(folder)/a")
      symlink("a", "\(folder)/link")
      #expect(try RegularFile.contents(of: "\(folder)/link") == Array("abcdef".utf8))
      #expect(try RegularFile.contents(of: "\(folder)/a", atMost: 2) == Array("ab".utf8))
      try RegularFile.check("\(folder)/link")
    }
  }

  /// To open a named pipe or to read a device would never end.
  @Test func whatIsNoFileIsRefusedAtOnceByItsKind() throws {
    try withTemporaryFolder { folder in
      let pipe = "\(folder)/pipe"
      #expect(mkfifo(pipe, 0o644) == 0)
      let socket = try self.socket(in: folder)
      let cases = [
        (pipe, "a named pipe"), (folder, "a folder"), ("/dev/zero", "a device"),
        (socket, "a socket"),
      ]
      for (path, found) in cases {
        let error = FileError.notRegular(path: path, found: found)
        #expect(throws: error) { try RegularFile.contents(of: path) }
        #expect(throws: error) { try RegularFile.check(path) }
        #expect("\(error)" == "\(path): is \(found), expected a regular file")
      }
      let none = "\(folder)/none"
      #expect(throws: FileError.missing(path: none)) { try RegularFile.contents(of: none) }
    }
  }

  @Test func nothingIsWrittenIntoAPipeThatNobodyReads() throws {
    try withTemporaryFolder { folder in
      #expect(mkfifo("\(folder)/a\(Disk.temporarySuffix)", 0o644) == 0)
      #expect(throws: FileError.self) { try Disk.write("text", to: "\(folder)/a") }
    }
  }

  private func socket(in folder: String) throws -> String {
    let path = "\(folder)/socket"
    let script = "import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"
    _ = try Python.run(script, arguments: [path])
    return path
  }
}
