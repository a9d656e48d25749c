import Checkpoints
import Foundation
import MPI
import TestSupport
import Testing

struct CheckpointFolderTests {
  @Test func writtenCheckpointRestoresEveryNumber() throws {
    try withTemporaryFolder { path in
      let world = try Communicator.alone()
      let folder = CheckpointFolder(path: "\(path)/run/checkpoints", keep: 2)
      let run = SampleRun(start: 1)
      let name = try folder.write(
        run.vectors, layout: run.layout, state: run.state(step: 1000), isBest: false, on: world)
      #expect(name == "\(path)/run/checkpoints/step-00001000.h5")
      let other = SampleRun(start: 50)
      let state = try Checkpoint.read(name, into: other.vectors, layout: other.layout, on: world)
      #expect(state == run.state(step: 1000))
      #expect(other.numbers == run.numbers)
      #expect(try Checkpoint.readState(name, on: world) == state)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    }
  }

  @Test func lastOnesAndTheBestAreKept() throws {
    try withTemporaryFolder { path in
      let folder = CheckpointFolder(path: path, keep: 2)
      for step in [10, 20, 30, 40, 50] { try write(folder, step: step, isBest: step == 20) }
      #expect(try steps(folder) == [50, 40, 20])
      #expect(try folder.best() == "\(path)/step-00000020.h5")
      try write(folder, step: 60, isBest: true)
      #expect(try steps(folder) == [60, 50])
      #expect(try folder.best() == "\(path)/step-00000060.h5")
    }
  }

  /// After a fall back to step 30, what is damaged ahead must not displace what is written.
  @Test func checkpointJustWrittenStaysBesideLaterOnes() throws {
    try withTemporaryFolder { path in
      let folder = CheckpointFolder(path: path, keep: 1)
      try write(folder, step: 100)
      for step in [40, 50] { try write(folder, step: step) }
      #expect(try steps(folder) == [100, 50])
    }
  }

  @Test func newestIsFoundByNumberNotByName() throws {
    try withTemporaryFolder { path in
      let folder = CheckpointFolder(path: path, keep: 9)
      for step in [99_999_999, 100_000_000, 5] { try write(folder, step: step) }
      try Data().write(to: URL(fileURLWithPath: "\(path)/step-7.h5"))
      try Data().write(to: URL(fileURLWithPath: "\(path)/step-00000abc.h5"))
      #expect(try steps(folder) == [100_000_000, 99_999_999, 5])
    }
  }

  @Test func leftoversOfKilledRunsAreRemoved() throws {
    try withTemporaryFolder { path in
      let folder = CheckpointFolder(path: path, keep: 2)
      try write(folder, step: 1, isBest: true)
      for name in ["step-00000002.h5.partial", "best.partial"] {
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
      }
      #expect(try steps(folder) == [1])
      try folder.removeLeftovers(on: try Communicator.alone())
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      #expect(names.sorted() == ["best", "step-00000001.h5"])
    }
  }

  @Test func folderThatIsNotThereHasNothing() throws {
    let world = try Communicator.alone()
    let folder = CheckpointFolder(path: "/nowhere/checkpoints", keep: 2)
    let run = SampleRun()
    #expect(try folder.checkpoints() == [])
    #expect(try folder.best() == nil)
    try folder.removeLeftovers(on: world)
    let resumed = try folder.newestValid(into: run.vectors, layout: run.layout, on: world)
    #expect(resumed.path == nil && resumed.state == nil && resumed.passedOver == [])
  }

  @Test func fileInPlaceOfFolderIsNamed() throws {
    try withTemporaryFolder { path in
      try Data().write(to: URL(fileURLWithPath: "\(path)/file"))
      let folder = CheckpointFolder(path: "\(path)/file/checkpoints", keep: 2)
      let error = try #require(throws: CheckpointError.self) { try write(folder, step: 1) }
      guard case .cannotWrite(let place, let function, let reason) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(place == folder.path && function == "mkdir" && reason == "Not a directory")
      #expect(error.exitCode == 73)
    }
  }

  private func write(_ folder: CheckpointFolder, step: Int, isBest: Bool = false) throws {
    let run = SampleRun()
    try folder.write(
      run.vectors, layout: run.layout, state: run.state(step: step), isBest: isBest,
      on: try Communicator.alone())
  }

  private func steps(_ folder: CheckpointFolder) throws -> [Int] {
    try folder.checkpoints().compactMap { path in
      Int(path.dropFirst(folder.path.count + "/step-".count).dropLast(".h5".count))
    }
  }
}
