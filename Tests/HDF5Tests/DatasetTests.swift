import HDF5
import TestSupport
import Testing

struct DatasetTests {
  @Test func rowsOfEachTypeComeBack() throws {
    try check([Float](arrayLiteral: 1.5, -2, .infinity, 4, 5, 6))
    try check([0.1, -2, .infinity, 4, 5, 6])
    try check([Int64.min, .max, 3, 4, 5, 6])
    try check([UInt8.max, 2, 3, 4, 5, 6])
  }

  /// Writes a [3, 2] dataset in two goes, the second rows first, and reads its last two rows.
  private func check<S: HDF5Scalar & Equatable>(_ values: [S]) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/rows.h5"
      let file = try File.create(path, on: nil)
      let dataset = try file.createDataset("/values", shape: [3, 2], type: S.elementType)
      try Array(values[2...]).withUnsafeBufferPointer { try dataset.write($0, rows: 1..<3) }
      try Array(values[..<2]).withUnsafeBufferPointer { try dataset.write($0, rows: 0..<1) }
      try dataset.close()
      try file.close()
      let again = try File.open(path, on: nil)
      let copy = try again.dataset("/values")
      #expect(copy.shape == [3, 2])
      #expect(copy.type == S.elementType)
      var rest = Array(values[..<4])
      try rest.withUnsafeMutableBufferPointer { try copy.read(rows: 1..<3, into: $0) }
      #expect(rest == Array(values[2...]))
    }
  }

  @Test func partsAreWrittenAndReadInTheirPlaces() throws {
    try withTemporaryFolder { folder in
      let file = try File.create("\(folder)/parts.h5", on: nil)
      let values = (0..<35).map { Double($0) }
      for bytes in [1, 40, 90, 1000] {
        var dataset = try file.createDataset("/values\(bytes)", shape: [7, 5], type: .float64)
        dataset.partBytes = bytes
        try values.withUnsafeBufferPointer { try dataset.write($0, rows: 0..<7) }
        var copy = [Double](repeating: 0, count: 30)
        try copy.withUnsafeMutableBufferPointer { try dataset.read(rows: 1..<7, into: $0) }
        #expect(copy == Array(values[5...]))
        try dataset.close()
      }
      try file.close()
    }
  }

  @Test func elementsOfAnotherClassAreRefused() throws {
    try withTemporaryFolder { folder in
      let file = try File.create("\(folder)/class.h5", on: nil)
      let dataset = try file.createDataset("/values", shape: [4], type: .int64)
      var copy = [Float](repeating: 0, count: 4)
      let error = try #require(throws: HDF5Error.self) {
        try copy.withUnsafeMutableBufferPointer { try dataset.read(rows: 0..<4, into: $0) }
      }
      #expect(error.text == "holds int64, which cannot be read as float32")
      #expect(error.path == "\(folder)/class.h5:/values")
    }
  }

  @Test func readingConvertsWithinClassByTheMemoryType() throws {
    try withTemporaryFolder { folder in
      let file = try File.create("\(folder)/memory.h5", on: nil)
      let dataset = try file.createDataset("/values", shape: [3], type: .float64)
      try [1.0, 2, 3].withUnsafeBufferPointer { try dataset.write($0, rows: 0..<3) }
      // Were the file's type used, the second half of the eight would be overrun.
      var copy = [Float](repeating: -1, count: 8)
      try copy.withUnsafeMutableBufferPointer { copy in
        try dataset.read(rows: 0..<3, into: UnsafeMutableBufferPointer(rebasing: copy[..<3]))
      }
      #expect(copy == [1, 2, 3, -1, -1, -1, -1, -1])
    }
  }

  @Test func emptyRangeReadsNothing() throws {
    try withTemporaryFolder { folder in
      let file = try File.create("\(folder)/empty.h5", on: nil)
      let dataset = try file.createDataset("/values", shape: [3, 2], type: .uint8)
      try dataset.write(UnsafeBufferPointer<UInt8>(start: nil, count: 0), rows: 2..<2)
      try dataset.read(rows: 0..<0, into: UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0))
      let none = try file.createDataset("/none", shape: [0, 2], type: .uint8)
      try none.read(rows: 0..<0, into: UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0))
    }
  }
}
