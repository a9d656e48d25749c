import Checkpoints
import Foundation
import Layers
import MPI
import Tensors
import TestSupport
import Testing

struct ContentsTests {
  @Test func contentsAreListedInTheModelsOrder() throws {
    try withCheckpoint { run, file in
      let contents = try CheckpointContents(of: file)
      let names = ["encoder/weight", "encoder/bias", "decoder/kernel", "a/last"]
      let paths = ["parameters", "optimizer/m", "optimizer/v"].flatMap { group in
        names.map { "/\(group)/\($0)" }
      }
      #expect(contents.entries.map(\.path) == paths + ["/statistics/rates"])
      #expect(contents.entries[2].shape == [2, 3, 2, 2])
      #expect(contents.entries.map(\.type) == Array(repeating: "float32", count: 12) + ["float64"])
      #expect(contents.isIntact)
      #expect(contents.state == run.state(step: 1))
    }
  }

  @Test func parametersDigestIsThatOfTheVector() throws {
    try withCheckpoint { run, file in
      let digest = Checkpoint.parametersDigest(
        run.layout, UnsafeBufferPointer(run.parameters.elements))
      #expect(try CheckpointContents(of: file).parametersDigest == digest)
      let (layout, values) = try Checkpoint.readParameters(file)
      #expect(layout == run.layout)
      #expect(Checkpoint.parametersDigest(layout, UnsafeBufferPointer(values.elements)) == digest)
    }
  }

  @Test func statisticsAreReadByName() throws {
    try withCheckpoint { run, file in
      let statistics = try Checkpoint.readStatistics(file)
      #expect(statistics == ["rates": Array(run.rates.elements)])
    }
  }

  /// Digests computed by `sha256sum` over the little-endian bytes of 1, 2 and of 3.
  @Test func parametersDigestSkipsPaddingAndNames() throws {
    var layout = ParameterLayout()
    layout.add("b/x", shape: [2])
    layout.add("a/y", shape: [1])
    var values = [Float](repeating: 99, count: layout.count)
    (values[0], values[1], values[16]) = (1, 2, 3)
    let digest = values.withUnsafeBufferPointer { Checkpoint.parametersDigest(layout, $0) }
    #expect(digest == "8e628779e6a74ee0b36991c10158f63cafec7d340ad4e075592502c8708524dd")
  }

  @Test(.enabled(if: Python.withH5py != nil, "no python3 with h5py"))
  func h5pyReadsTheFileAsItIs() throws {
    try withCheckpoint { run, file in
      let script = """
        import sys, h5py, hashlib, numpy as np
        f = h5py.File(sys.argv[1], 'r')
        for name in sorted(f.attrs):
            if name != 'sha256': print(name, type(f.attrs[name]).__name__, repr(f.attrs[name]))
        digests = []
        def visit(name, item):
            if not isinstance(item, h5py.Dataset): return
            assert item.chunks is None and item.compression is None
            assert hashlib.sha256(item[()].tobytes()).hexdigest() == item.attrs['sha256'], name
            digests.append((int(item.attrs['index']), name, item.dtype.str, item.shape))
        f.visititems(visit)
        for line in sorted(digests): print(*line)
        print(f['parameters/encoder/weight'][1, 2], f['statistics/rates'][2])
        """
      let lines = try Python.run(script, arguments: [file]).split(separator: "\n")
      #expect(lines.contains("configuration str 'seed: 1\\nname: Fisch 🐟\\n'"))
      #expect(lines.contains("format_version int64 1"))
      #expect(lines.contains("seed int64 4294967295"))
      #expect(lines.contains("metrics str '{\"elbo\": -1.5}'"))
      #expect(lines.contains("0 parameters/encoder/weight <f4 (5, 7)"))
      #expect(lines.contains("6 optimizer/m/decoder/kernel <f4 (2, 3, 2, 2)"))
      #expect(lines.contains("12 statistics/rates <f8 (3,)"))
      #expect(lines.last == "\(run.parameters.elements[9]) \(run.rates.elements[2])")
    }
  }

  private func withCheckpoint(_ body: (SampleRun, String) throws -> Void) throws {
    try withTemporaryFolder { path in
      let run = SampleRun()
      let file = try CheckpointFolder(path: path, keep: 1).write(
        run.vectors, layout: run.layout, state: run.state(step: 1), isBest: false,
        on: try Communicator.alone())
      try body(run, file)
    }
  }
}
