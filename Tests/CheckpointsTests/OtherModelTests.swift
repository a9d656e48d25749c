import Checkpoints
import HDF5
import MPI
import Tensors
import TestSupport
import Testing

/// Checkpoints that are sound, but of another model or program.
struct OtherModelTests {
  @Test func otherShapeNamesDatasetFoundAndExpected() throws {
    try withTemporaryFolder { path in
      let file = try write(SampleRun(latents: 5), in: path)
      try expect(
        .otherShape(
          path: file, dataset: "/parameters/encoder/weight", found: [5, 7], expected: [6, 7]),
        reading: file, into: SampleRun(latents: 6))
    }
  }

  @Test func olderOnesAreNotTriedForAnotherModel() throws {
    try withTemporaryFolder { path in
      try write(SampleRun(latents: 6), step: 1, in: path)
      try write(SampleRun(latents: 5), step: 2, in: path)
      let run = SampleRun(latents: 6)
      let error = try #require(throws: CheckpointError.self) {
        try CheckpointFolder(path: path, keep: 9).newestValid(
          into: run.vectors, layout: run.layout, on: try Communicator.alone())
      }
      #expect(error.isOfAnotherModel)
    }
  }

  /// Version 0.1 had neither a fingerprint of kernels nor magnitudes of gradients.
  @Test func whatOlderFilesDoNotHaveStaysAsItWas() throws {
    try withTemporaryFolder { path in
      let run = SampleRun()
      let world = try Communicator.alone()
      let later = AlignedBuffer<Double>(count: 4, repeating: 7)
      let wanted = CheckpointVectors(
        parameters: run.parameters.elements, moments: run.vectors.moments,
        statistics: run.vectors.statistics, laterStatistics: [("later", later.elements)])
      let folder = CheckpointFolder(path: path, keep: 9)
      var state = run.state(step: 1)
      state.fingerprint = ""
      (state.dataDigest, state.dataOrigin) = ("", "")
      let old = try folder.write(
        run.vectors, layout: run.layout, state: state, isBest: false, on: world)
      #expect(try Checkpoint.read(old, into: wanted, layout: run.layout, on: world) == state)
      #expect(Array(later.elements) == [7, 7, 7, 7])

      for i in 0..<4 { later.elements[i] = Double(i) }
      let new = try folder.write(
        wanted, layout: run.layout, state: run.state(step: 2), isBest: false, on: world)
      later.elements.update(repeating: 7)
      let read = try Checkpoint.read(new, into: wanted, layout: run.layout, on: world)
      #expect(read.fingerprint == "f1")
      #expect(read.dataDigest == "d1" && read.dataOrigin == "d2")
      #expect(Array(later.elements) == [0, 1, 2, 3])
    }
  }

  @Test func missingAndUnexpectedDatasetsAreNamed() throws {
    try withTemporaryFolder { path in
      let run = SampleRun()
      let bare = CheckpointVectors(
        parameters: run.parameters.elements, statistics: run.vectors.statistics)
      let world = try Communicator.alone()
      let folder = CheckpointFolder(path: path, keep: 9)
      let without = try folder.write(
        bare, layout: run.layout, state: run.state(step: 1), isBest: false, on: world)
      try expect(
        .missingDataset(path: without, dataset: "/optimizer/m/encoder/weight"), reading: without,
        into: run)
      let with = try write(run, step: 2, in: path)
      let error = #expect(throws: CheckpointError.self) {
        try Checkpoint.read(with, into: bare, layout: run.layout, on: world)
      }
      #expect(error == .unexpectedDataset(path: with, dataset: "/optimizer/m/encoder/weight"))
      let copy = SampleRun(start: 50)
      let some = CheckpointVectors(
        parameters: copy.parameters.elements, statistics: copy.vectors.statistics)
      _ = try Checkpoint.read(
        with, into: some, layout: copy.layout, momentsAreWanted: false, on: world)
      #expect(Array(copy.parameters.elements) == Array(run.parameters.elements))
    }
  }

  @Test func missingStatisticIsNamed() throws {
    try withTemporaryFolder { path in
      let run = SampleRun()
      let file = try write(run, in: path)
      let more = CheckpointVectors(
        parameters: run.parameters.elements, moments: run.vectors.moments,
        statistics: run.vectors.statistics + [("more", run.rates.elements)])
      let error = #expect(throws: CheckpointError.self) {
        try Checkpoint.read(file, into: more, layout: run.layout, on: try Communicator.alone())
      }
      #expect(error == .missingDataset(path: file, dataset: "/statistics/more"))
    }
  }

  @Test func otherFormatVersionIsNamed() throws {
    try withTemporaryFolder { path in
      let file = try File.create("\(path)/step-00000001.h5", on: nil)
      try file.setAttribute("format_version", of: "/", to: .integer(7))
      try file.close()
      let expected = CheckpointError.formatVersion(
        path: "\(path)/step-00000001.h5", found: 7, expected: 1)
      try expect(expected, reading: "\(path)/step-00000001.h5", into: SampleRun())
      #expect(expected.isOfAnotherModel)
    }
  }

  @Test func fileThatIsNoCheckpointIsDamaged() throws {
    try withTemporaryFolder { path in
      let file = try File.create("\(path)/other.h5", on: nil)
      try file.createGroup("/images")
      try file.close()
      let error = try #require(throws: CheckpointError.self) {
        _ = try CheckpointContents(of: "\(path)/other.h5")
      }
      #expect("\(error)".contains("format_version"))
      #expect(!error.isOfAnotherModel)
    }
  }

  @Test func missingFileIsNamed() throws {
    try expect(.notFound(path: "/nowhere/a.h5"), reading: "/nowhere/a.h5", into: SampleRun())
    #expect(CheckpointError.notFound(path: "").exitCode == 66)
  }

  @discardableResult
  private func write(_ run: SampleRun, step: Int = 1, in path: String) throws -> String {
    try CheckpointFolder(path: path, keep: 9).write(
      run.vectors, layout: run.layout, state: run.state(step: step), isBest: false,
      on: try Communicator.alone())
  }

  private func expect(
    _ expected: CheckpointError, reading file: String, into run: SampleRun
  ) throws {
    let before = run.numbers
    let error = #expect(throws: CheckpointError.self) {
      try Checkpoint.read(file, into: run.vectors, layout: run.layout, on: try Communicator.alone())
    }
    #expect(error == expected)
    #expect(run.numbers == before)
  }
}
