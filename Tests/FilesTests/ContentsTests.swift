import Files
import Foundation
import TestSupport
import Testing

@Suite struct ContentsTests {
  private func reason(_ path: String, atMost limit: Int = 100) -> String {
    do throws(FileError) {
      _ = try Disk.contents(of: path, atMost: limit)
      return "none"
    } catch {
      if case .refused(_, _, let reason) = error { return reason }
      return error.parts.reason
    }
  }

  @Test func aFileUpToTheLimitIsRead() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try Disk.write(String(repeating: "x", count: 100), to: path)
      #expect(try Disk.contents(of: path, atMost: 100) == [UInt8](repeating: 0x78, count: 100))
      #expect(reason(path, atMost: 99) == "has more than the 99 bytes expected at most")
      #expect(reason("\(folder)/b") == "no such file")
    }
  }

  @Test func whatIsNeitherFileNorPipeIsRefusedUnopened() throws {
    try withTemporaryFolder { folder in
      #expect(reason(folder) == "is a folder, expected a regular file")
      #expect(reason("/dev/zero") == "is a device, expected a regular file")
      #expect(reason("/dev/null") == "is a device, expected a regular file")
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      let path = "\(folder)/s"
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
      #if canImport(Darwin)
      let kind = SOCK_STREAM
      #else
      let kind = Int32(SOCK_STREAM.rawValue)
      #endif
      let descriptor = socket(AF_UNIX, kind, 0)
      defer { close(descriptor) }
      let length = socklen_t(MemoryLayout<sockaddr_un>.size)
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
      }
      #expect(bound == 0)
      #expect(reason(path) == "is a socket, expected a regular file")
    }
  }

  @Test func aPipeIsReadToItsEndAndNoFurtherThanTheLimit() throws {
    for (count, limit) in [(100, 100), (101, 100), (0, 100)] {
      let pipe = Pipe()
      try pipe.fileHandleForWriting.write(contentsOf: Data(repeating: 7, count: count))
      if count <= limit { try pipe.fileHandleForWriting.close() }
      let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
      #expect(Disk.isPipe(path))
      if count > limit {
        #expect(reason(path, atMost: limit) == "has more than the 100 bytes expected at most")
      } else {
        #expect(try Disk.contents(of: path, atMost: limit).count == count)
      }
    }
  }

  @Test func aPipeWithoutAWriterEnds() throws {
    try withTemporaryFolder { folder in
      #expect(mkfifo("\(folder)/p", 0o600) == 0)
      #expect(reason("\(folder)/p") == "is a pipe that nobody writes to")
    }
  }
}
