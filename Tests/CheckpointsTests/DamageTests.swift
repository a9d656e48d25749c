import Checkpoints
import Foundation
import Layers
import MPI
import Tensors
import TestSupport
import Testing

/// What happens to files that are not what was once written.
struct DamageTests {
  @Test func flippedByteInAnyDatasetIsDetected() throws {
    try withTemporaryFolder { path in
      let run = SampleRun()
      let file = try write(run, step: 1, in: path)
      let whole = try Data(contentsOf: URL(fileURLWithPath: file))
      for entry in try CheckpointContents(of: file).entries {
        var data = whole
        let start = try #require(place(of: entry, in: run, whole))
        data[start] ^= 1
        try data.write(to: URL(fileURLWithPath: file))
        let error = try #require(throws: CheckpointError.self) { try read(file) }
        guard case .damaged(file, _) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(throws: error) { try CheckpointContents(of: file) }
      }
    }
  }

  /// Also in what HDF5 has no checksums for, and in what it does not use.
  @Test func flippedByteAnywhereIsDetected() throws {
    try withTemporaryFolder { path in
      let file = try write(SampleRun(), step: 1, in: path)
      let whole = try Data(contentsOf: URL(fileURLWithPath: file))
      for place in Array(0..<520) + Array(stride(from: 520, to: whole.count, by: 29)) {
        var data = whole
        data[place] ^= 0x10
        try data.write(to: URL(fileURLWithPath: file))
        let copy = SampleRun(start: 50)
        let error = try #require(throws: CheckpointError.self) { try read(file, into: copy) }
        guard case .damaged(file, _) = error else {
          Issue.record("byte \(place): \(error)")
          continue
        }
        #expect(copy.numbers == SampleRun(start: 50).numbers, "byte \(place)")
      }
    }
  }

  /// Without the line in front a file is as earlier versions wrote it.
  @Test func aFileWithoutASealIsReadByItsChecksums() throws {
    try withTemporaryFolder { path in
      let run = SampleRun()
      let file = try write(run, step: 1, in: path)
      let whole = try Data(contentsOf: URL(fileURLWithPath: file))
      try whole.dropFirst(512).write(to: URL(fileURLWithPath: file))
      let copy = SampleRun(start: 50)
      #expect(try read(file, into: copy) == run.state(step: 1))
      #expect(copy.numbers == run.numbers)
      try damageLastDataset(of: file)
      let error = try #require(throws: CheckpointError.self) { try read(file) }
      guard case .checksum(file, "/statistics/rates", _, _) = error else { throw error }
    }
  }

  @Test(arguments: [0, 1, 8, 100, 2000, -1000, -1])
  func truncatedFileIsDamaged(length: Int) throws {
    try withTemporaryFolder { path in
      let file = try write(SampleRun(), step: 1, in: path)
      let data = try Data(contentsOf: URL(fileURLWithPath: file))
      let rest = data.prefix(length >= 0 ? length : data.count + length)
      try rest.write(to: URL(fileURLWithPath: file))
      let error = try #require(throws: CheckpointError.self) { try read(file) }
      guard case .damaged(file, _) = error else {
        Issue.record("\(error)")
        return
      }
      #expect("\(error)".components(separatedBy: file).count == 2, "names the file once: \(error)")
      #expect(error.exitCode == 65)
    }
  }

  @Test func newestValidPassesOverDamagedOnes() throws {
    try withTemporaryFolder { path in
      let world = try Communicator.alone()
      let folder = CheckpointFolder(path: path, keep: 9)
      let old = SampleRun(start: 1)
      try write(old, step: 10, in: path)
      let middle = try write(SampleRun(start: 20), step: 20, in: path)
      let newest = try write(SampleRun(start: 30), step: 30, in: path)
      try damageLastDataset(of: middle)
      try Data("no HDF5".utf8).write(to: URL(fileURLWithPath: newest))
      let copy = SampleRun(start: 50)
      let resumed = try folder.newestValid(into: copy.vectors, layout: copy.layout, on: world)
      #expect(resumed.path == "\(path)/step-00000010.h5")
      #expect(resumed.state == old.state(step: 10))
      #expect(copy.numbers == old.numbers)
      #expect(resumed.passedOver.map(\.path) == [newest, middle])
      #expect(resumed.passedOver.first?.reason.contains("7 bytes are no checkpoint") == true)
      #expect(resumed.passedOver.last?.reason.contains("its first line was written for") == true)
    }
  }

  /// Their checksums hold, but random numbers are made of steps as of words of 32 bits.
  @Test(arguments: [-1, 1 << 32, Int.max])
  func stepsThatNoRunHasAreDamage(step: Int) throws {
    try withTemporaryFolder { path in
      let file = try write(SampleRun(), step: step, in: path)
      let error = try #require(throws: CheckpointError.self) { try read(file) }
      #expect(error.exitCode == 65)
      #expect("\(error)".contains("attribute step of / is \(step), expected 0 to 4294967295"))
    }
  }

  @Test func aPipeInTheFilesPlaceIsPassedOver() throws {
    try withTemporaryFolder { path in
      let old = SampleRun(start: 1)
      try write(old, step: 10, in: path)
      let pipe = "\(path)/step-00000020.h5"
      #expect(mkfifo(pipe, 0o644) == 0)
      #expect(mkfifo("\(path)/best", 0o644) == 0)
      #expect(throws: CheckpointError.notRegular(path: pipe, found: "a named pipe")) {
        try CheckpointContents(of: pipe)
      }
      let folder = CheckpointFolder(path: path, keep: 9)
      #expect(try folder.best() == nil)
      let copy = SampleRun(start: 50)
      let resumed = try folder.newestValid(
        into: copy.vectors, layout: copy.layout, on: try Communicator.alone())
      #expect(resumed.path == "\(path)/step-00000010.h5")
      #expect(resumed.passedOver.map(\.path) == [pipe])
    }
  }

  @Test func damagedStatisticsAreNotRead() throws {
    try withTemporaryFolder { path in
      let file = try write(SampleRun(start: 1), step: 10, in: path)
      try damageLastDataset(of: file)
      #expect {
        _ = try Checkpoint.readStatistics(file)
      } throws: { error in
        guard case .damaged(file, _) = error as? CheckpointError else { return false }
        return true
      }
    }
  }

  @Test func numbersStayWhereNoCheckpointIsValid() throws {
    try withTemporaryFolder { path in
      let world = try Communicator.alone()
      let file = try write(SampleRun(start: 1), step: 10, in: path)
      try damageLastDataset(of: file)
      let copy = SampleRun(start: 50)
      let resumed = try CheckpointFolder(path: path, keep: 1)
        .newestValid(into: copy.vectors, layout: copy.layout, on: world)
      #expect(resumed.path == nil)
      #expect(resumed.passedOver.count == 1)
      #expect(copy.numbers == SampleRun(start: 50).numbers)
    }
  }

  @discardableResult
  private func write(_ run: SampleRun, step: Int, in path: String) throws -> String {
    try CheckpointFolder(path: path, keep: 9).write(
      run.vectors, layout: run.layout, state: run.state(step: step), isBest: false,
      on: try Communicator.alone())
  }

  @discardableResult
  private func read(
    _ file: String, into run: SampleRun = SampleRun()
  ) throws -> CheckpointState {
    try Checkpoint.read(
      file, into: run.vectors, layout: run.layout, on: try Communicator.alone())
  }

  /// Where a dataset's elements begin in the file.
  private func place(
    of entry: CheckpointContents.Entry, in run: SampleRun, _ file: Data
  ) -> Int? {
    let parts = entry.path.split(separator: "/")
    if parts[0] == "statistics" {
      return file.range(of: Data(buffer: run.rates.elements))?.lowerBound
    }
    let vectors = ["parameters": run.parameters, "m": run.moments[0], "v": run.moments[1]]
    let vector = vectors[String(parts[parts.count - 3])]
    let name = parts.suffix(2).joined(separator: "/")
    guard let vector, let range = run.layout.entries.first(where: { $0.name == name })?.range
    else { return nil }
    return file.range(of: Data(buffer: vector.view(range)))?.lowerBound
  }

  private func damageLastDataset(of file: String) throws {
    var data = try Data(contentsOf: URL(fileURLWithPath: file))
    let digest = try #require(CheckpointContents(of: file).entries.last)
    #expect(digest.path == "/statistics/rates")
    let rates = [0.0, 1, 2].map { Double(start(of: file)) / 3 + $0 }
    let bytes = rates.withUnsafeBufferPointer { Data(buffer: $0) }
    let place = try #require(data.range(of: bytes))
    data[place.lowerBound] ^= 1
    try data.write(to: URL(fileURLWithPath: file))
  }

  /// The first parameter, from which the sample's other numbers follow.
  private func start(of file: String) -> Float {
    guard let values = try? Checkpoint.readParameters(file).values else { return .nan }
    return withExtendedLifetime(values) { $0.elements[0] }
  }
}
