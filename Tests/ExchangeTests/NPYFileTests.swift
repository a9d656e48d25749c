import Exchange
import Foundation
import TestSupport
import Testing

@Suite struct NPYFileTests {
  @Test(arguments: [
    ([2, 3], "(2, 3), }"), ([6], "(6,), }"), ([3, 1, 2], "(3, 1, 2), }"),
  ])
  func bytesAreThoseOfTheFormat(_ shape: [Int], _ tuple: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.npy"
      try write([1, 2, -3, 0.5, .infinity, -0.0], shape: shape, to: path)
      let header = "{'descr': '<f4', 'fortran_order': False, 'shape': \(tuple)"
      let padded = header + String(repeating: " ", count: 117 - header.utf8.count) + "\n"
      let elements: [UInt8] = [
        0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0xC0, 0, 0, 0, 0x3F, 0, 0, 0x80, 0x7F, 0, 0, 0,
        0x80,
      ]
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: path))
          == Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8) + elements))
    }
  }

  @Test(
    .enabled(if: Python.withH5py != nil, "no python3 with h5py"),
    arguments: [
      [], [1], [0], [5], [2, 3], [4, 0], [2, 3, 4],
      // The header's length is a multiple of 64 bytes wherever its text ends.
      [1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1], [10, 1, 1, 1, 1, 1, 1],
      [10, 10, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    ])
  func numPyReadsEveryShape(_ shape: [Int]) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.npy"
      let count = shape.reduce(1, *)
      try write((0..<count).map { Float($0) }, shape: shape, to: path)
      let script = """
        import sys, numpy as np
        array = np.load(sys.argv[1])
        assert array.dtype == np.dtype('<f4') and list(array.shape) == eval(sys.argv[2])
        assert array.flags.c_contiguous and array.ravel().tolist() == list(range(array.size))
        size = len(open(sys.argv[1], 'rb').read())
        assert (size - 4 * array.size) % 64 == 0
        """
      _ = try Python.run(script, arguments: [path, "\(shape)"])
    }
  }

  @Test func isThereWholeOrNotAtAll() throws {
    try checkThatWritingIsAtomic { try write([1, 2], shape: [2], to: $0) }
  }

  private func write(_ elements: [Float], shape: [Int], to path: String) throws {
    try elements.withUnsafeBufferPointer { try NPYFile.write($0, shape: shape, to: path) }
  }
}
