import Exchange
import Foundation
import TestSupport
import Testing

@Suite struct SafetensorsFileTests {
  @Test func bytesAreThoseOfTheFormat() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.safetensors"
      try SampleArrays.with {
        try SafetensorsFile.write($0, metadata: [("step", "\"25\"\n")], to: path)
      }
      let header = #"""
        {"__metadata__":{"step":"\"25\"\n"},\#
        "layer.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},\#
        "bias":{"dtype":"F32","shape":[1],"data_offsets":[24,28]}}
        """#
      #expect(header.utf8.count == 161)
      let elements: [UInt8] = [
        0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0xC0,
        0, 0, 0, 0x3F, 0, 0, 0x80, 0x7F, 0, 0, 0, 0x80, 0, 0, 0xE0, 0x40,
      ]
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: path))
          == Data([168, 0, 0, 0, 0, 0, 0, 0] + Array((header + "       ").utf8) + elements))
    }
  }

  @Test func withoutTextsAndArraysThereIsNothingButAHeader() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.safetensors"
      try SafetensorsFile.write([], to: path)
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: path))
          == Data([8, 0, 0, 0, 0, 0, 0, 0] + Array("{}      ".utf8)))
    }
  }

  @Test(.enabled(if: Python.withH5py != nil, "no python3 with h5py"))
  func pythonReadsIt() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.safetensors"
      try SampleArrays.with {
        try SafetensorsFile.write($0, metadata: SampleArrays.texts, to: path)
      }
      // Strict as the format's own reader: no gaps, nothing behind the last array.
      let script = """
        import sys, json, numpy as np
        data = open(sys.argv[1], 'rb').read()
        length = int.from_bytes(data[:8], 'little')
        assert length % 8 == 0 and data[8:9] == b'{'
        header = json.loads(data[8:8 + length])
        data = data[8 + length:]
        texts = header.pop('__metadata__')
        arrays, end = {}, 0
        for name, entry in header.items():
          begin, stop = entry['data_offsets']
          assert begin == end and entry['dtype'] == 'F32'
          arrays[name] = np.frombuffer(data[begin:stop], '<f4').reshape(entry['shape'])
          end = stop
        assert end == len(data)
        """
      _ = try Python.run(script + SampleArrays.assertions, arguments: [path])
    }
  }

  @Test func isThereWholeOrNotAtAll() throws {
    try checkThatWritingIsAtomic { path in
      try SampleArrays.with { try SafetensorsFile.write($0, to: path) }
    }
  }
}
