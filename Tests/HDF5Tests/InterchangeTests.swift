import HDF5
import TestSupport
import Testing

/// What other programs write, Shoal reads.
struct InterchangeTests {
  @Test(.enabled(if: Python.withH5py != nil, "no python3 with h5py"))
  func groupsThatContainThemselvesAndLinksElsewhereDoNotLeadAstray() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/links.h5"
      let script = """
        import sys, h5py, numpy as np
        f = h5py.File(sys.argv[1], 'w')
        f['a/data'] = np.arange(3.0)
        f['a/soft'] = h5py.SoftLink('/')
        f['a/elsewhere'] = h5py.ExternalLink(sys.argv[1] + '.pipe', '/x')
        f.create_dataset('external', (4,), 'f4', external=[('/dev/zero', 0, 16)])
        g = h5py.File(sys.argv[1] + '.cycle', 'w')
        g['a/b/data'] = np.arange(3.0)
        g['a/b/again'] = g['a']
        """
      _ = try Python.run(script, arguments: [path])
      let file = try File.open(path, on: nil)
      #expect(try file.datasets(within: "/") == ["/a/data", "/external"])
      let error = try #require(throws: HDF5Error.self) { _ = try file.dataset("/external") }
      #expect(error.text == "its elements lie in other files")
      let cycle = try File.open("\(path).cycle", on: nil)
      let endless = try #require(throws: HDF5Error.self) { _ = try cycle.datasets(within: "/") }
      #expect(endless.text.hasPrefix("more than 32 groups within one another"))
    }
  }

  @Test(.enabled(if: Python.withH5py != nil, "no python3 with h5py"))
  func filesOfH5pyAreRead() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/h5py.h5"
      let script = """
        import sys, h5py, numpy as np
        f = h5py.File(sys.argv[1], 'w')
        f.attrs['variable'] = 'Fisch 🐟'
        f.attrs['fixed'] = np.bytes_(b'fish')
        f.attrs['small'] = np.int8(-3)
        f.attrs['real'] = np.float32(0.5)
        f.attrs['list'] = [1, 2]
        f['big-endian'] = np.arange(6, dtype='>i2').reshape(2, 3)
        f['half'] = np.array([0.5, 2], dtype='f2')
        f['chunked'] = f.create_dataset('c', (4, 4), dtype='f8', compression='gzip', data=np.eye(4))
        f['scalar'] = np.float64(2.5)
        f['words'] = ['a', 'b']
        """
      _ = try Python.run(script, arguments: [path])
      let file = try File.open(path, on: nil)
      #expect(try file.attribute("variable", of: "/") == .text("Fisch 🐟"))
      #expect(try file.attribute("fixed", of: "/") == .text("fish"))
      #expect(try file.attribute("small", of: "/") == .integer(-3))
      #expect(try file.attribute("real", of: "/") == .real(0.5))
      #expect(throws: HDF5Error.self) { _ = try file.attribute("list", of: "/") }
      #expect(try read(file, "/big-endian", type: .int64) == [0, 1, 2, 3, 4, 5] as [Int64])
      #expect(try read(file, "/half", type: .float32) == [0.5, 2] as [Float])
      let identity: [Double] = try read(file, "/chunked", type: .float64)
      #expect(Array(identity[4...7]) == [0, 1, 0, 0])
      #expect(try read(file, "/scalar", type: .float64) == [2.5] as [Double])
      #expect(throws: HDF5Error.self) { _ = try file.dataset("/words") }
    }
  }

  private func read<S: HDF5Scalar & ExpressibleByIntegerLiteral>(
    _ file: borrowing File, _ path: String, type: ElementType
  ) throws -> [S] {
    let dataset = try file.dataset(path)
    #expect(dataset.type == type)
    var values = [S](repeating: 0, count: dataset.rowCount * dataset.rowLength)
    try values.withUnsafeMutableBufferPointer {
      try dataset.read(rows: 0..<dataset.rowCount, into: $0)
    }
    return values
  }
}
