import Exchange
import Foundation
import TestSupport
import Testing

@Suite struct NPZFileTests {
  @Test func aMemberIsAnNPYFileAsItIs() throws {
    try withTemporaryFolder { folder in
      let (zip, array) = ("\(folder)/a.npz", "\(folder)/a.npy")
      try SampleArrays.with {
        try NPZFile.write($0, to: zip)
        try NPYFile.write($0[0].elements, shape: $0[0].shape, to: array)
      }
      let bytes = try Data(contentsOf: URL(fileURLWithPath: zip))
      let member = try Data(contentsOf: URL(fileURLWithPath: array))
      #expect(Array(bytes.prefix(4)) == Array("PK\u{3}\u{4}".utf8))
      #expect(bytes.range(of: Data("layer.weight.npy".utf8)) != nil)
      #expect(bytes.range(of: member) != nil, "the member is compressed")
    }
  }

  @Test(.enabled(if: Python.withH5py != nil, "no python3 with h5py"))
  func numPyReadsIt() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.npz"
      try SampleArrays.with { try NPZFile.write($0, texts: SampleArrays.texts, to: path) }
      let script = """
        import sys, zipfile, numpy as np
        assert zipfile.ZipFile(sys.argv[1]).testzip() is None
        members = np.load(sys.argv[1], allow_pickle=False)
        arrays = {name: members[name] for name in members.files if members[name].ndim > 0}
        texts = {name: str(members[name]) for name in members.files if name not in arrays}
        """
      _ = try Python.run(script + SampleArrays.assertions, arguments: [path])
    }
  }

  @Test func isThereWholeOrNotAtAll() throws {
    try checkThatWritingIsAtomic { path in
      try SampleArrays.with { try NPZFile.write($0, texts: SampleArrays.texts, to: path) }
    }
  }
}
