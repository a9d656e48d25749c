import Foundation
import HDF5
import MPI
import TestSupport
import Testing

struct FileTests {
  @Test func missingFileIsNamedWithItsExitCode() throws {
    let error = try #require(throws: HDF5Error.self) {
      _ = try File.open("/nowhere/run.h5", on: nil)
    }
    #expect(error.function == "H5Fopen")
    #expect(error.path == "/nowhere/run.h5")
    #expect(error.text.contains("No such file or directory"))
    #expect(error.exitCode == 66)
  }

  @Test func fileThatCannotBeMadeIsNamedWithItsExitCode() throws {
    let error = try #require(throws: HDF5Error.self) {
      _ = try File.create("/nowhere/run.h5", on: nil)
    }
    #expect("\(error)".hasPrefix("/nowhere/run.h5: "))
    #expect(error.exitCode == 73)
  }

  @Test func truncatedFileGivesOneClearError() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/short.h5"
      try makeFile(path)
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      try data.prefix(data.count - 100).write(to: URL(fileURLWithPath: path))
      let error = try #require(throws: HDF5Error.self) { _ = try File.open(path, on: nil) }
      #expect(error.path == path)
      #expect(error.text.contains("truncated file"))
      #expect(!"\(error)".contains("\n"))
      #expect(error.exitCode == 74)
    }
  }

  @Test func fileOfAnotherKindIsRefused() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/text.h5"
      try Data(repeating: 65, count: 4096).write(to: URL(fileURLWithPath: path))
      let error = try #require(throws: HDF5Error.self) { _ = try File.open(path, on: nil) }
      #expect(error.text.contains("file signature not found"))
    }
  }

  @Test func groupsAreListedInOrder() throws {
    try withTemporaryFolder { folder in
      let file = try File.create("\(folder)/groups.h5", on: nil)
      try file.createGroup("/b/deep")
      try file.createGroup("/a")
      let dataset = try file.createDataset("/b/x/values", shape: [2], type: .uint8)
      try dataset.close()
      #expect(try file.members(of: "/") == ["a", "b"])
      #expect(try file.members(of: "/b") == ["deep", "x"])
      #expect(try file.datasets(within: "/") == ["/b/x/values"])
      #expect(try file.contains("/b/x/values"))
      #expect(try !file.contains("/b/y/values"))
      #expect(try file.contains("/"))
      #expect(try file.kind(of: "/b") == .group)
      #expect(try file.kind(of: "/b/x/values") == .dataset)
      try file.close()
    }
  }

  @Test func objectThatIsThereAlreadyIsRefused() throws {
    try withTemporaryFolder { folder in
      let file = try File.create("\(folder)/twice.h5", on: nil)
      try file.createGroup("/a")
      let error = try #require(throws: HDF5Error.self) { try file.createGroup("/a") }
      #expect(error.path == "\(folder)/twice.h5:/a")
      #expect(error.text.contains("name already exists"))
      try file.close()
    }
  }

  @Test func communicatorOfOneRankReadsWhatOneProcessWrote() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/file.h5"
      try makeFile(path)
      let file = try File.open(path, on: try Communicator.alone())
      let dataset = try file.dataset("/values")
      var values = [Float](repeating: 0, count: 6)
      try values.withUnsafeMutableBufferPointer { try dataset.read(rows: 0..<2, into: $0) }
      #expect(values == [1, 2, 3, 4, 5, 6])
      try dataset.close()
      try file.close()
    }
  }

  @Test func openDatasetDoesNotKeepFileOpen() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/open.h5"
      let file = try File.create(path, on: nil)
      let dataset = try file.createDataset("/values", shape: [4], type: .float64)
      try file.close()
      let again = try File.open(path, on: nil)
      #expect(try again.dataset("/values").shape == dataset.shape)
      try again.close()
    }
  }

  private func makeFile(_ path: String) throws {
    let file = try File.create(path, on: nil)
    let dataset = try file.createDataset("/values", shape: [2, 3], type: .float32)
    let values: [Float] = [1, 2, 3, 4, 5, 6]
    try values.withUnsafeBufferPointer { try dataset.write($0, rows: 0..<2) }
    try dataset.close()
    try file.close()
  }
}
