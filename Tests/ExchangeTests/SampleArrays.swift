import Exchange
import Foundation
import TestSupport
import Testing

/// Two arrays, and texts that no format finds easy.
enum SampleArrays {
  static let texts = [
    (name: "plain", text: "a: 1\nb: \"two\"\n"), (name: "odd", text: "\\ \t\u{1}\u{7F} é 🐟"),
    (name: "empty", text: ""),
  ]

  static func with<Result>(_ body: ([NamedArray]) throws -> Result) rethrows -> Result {
    let matrix: [Float] = [1, 2, -3, 0.5, .infinity, -0.0]
    let vector: [Float] = [7]
    return try matrix.withUnsafeBufferPointer { matrix in
      try vector.withUnsafeBufferPointer { vector in
        try body([
          NamedArray("layer.weight", shape: [2, 3], elements: matrix),
          NamedArray("bias", shape: [1], elements: vector),
        ])
      }
    }
  }

  /// What Python makes of the sample: asserts that `arrays` and `texts` are it.
  static let assertions = """

    assert list(arrays) == ['layer.weight', 'bias'], arrays
    for array, (shape, values) in zip(arrays.values(), [
        ((2, 3), [1, 2, -3, .5, np.inf, -0.]), ((1,), [7])]):
      assert array.dtype == np.dtype('<f4') and array.shape == shape, array
      assert array.tobytes() == np.array(values, '<f4').tobytes(), array
    assert texts == {
      'plain': 'a: 1\\nb: "two"\\n', 'odd': '\\\\ \\t\\x01\\x7f é 🐟', 'empty': ''}, texts

    """
}

/// Checks what is the same for every format: files are there whole or not at all.
///
/// - Parameter write: Writes the sample, or something else, to a path.
/// - Throws: Where a file that should be there is not.
func checkThatWritingIsAtomic(_ write: (String) throws -> Void) throws {
  try withTemporaryFolder { folder in
    let path = "\(folder)/file"
    let old = Data("something longer than what is written now".utf8)
    try old.write(to: URL(fileURLWithPath: path))
    // Where there is no disk that is always full, a folder of the temporary name does as well.
    if FileManager.default.fileExists(atPath: "/dev/full") {
      try FileManager.default.createSymbolicLink(
        atPath: "\(path).partial", withDestinationPath: "/dev/full")
      #expect {
        try write(path)
      } throws: { error in
        "\(error)".hasPrefix("\(path): cannot be written: ")
          && "\(error)".hasSuffix(": No space left on device")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
    }
    try FileManager.default.createDirectory(
      atPath: "\(path).partial", withIntermediateDirectories: false)
    #expect(throws: ExchangeError.self) { try write(path) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == old)
    try FileManager.default.removeItem(atPath: "\(path).partial")

    try write(path)
    let first = try Data(contentsOf: URL(fileURLWithPath: path))
    try write(path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
    #expect(first != old)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])

    let absent = "\(folder)/absent/file"
    #expect {
      try write(absent)
    } throws: { error in
      "\(error)".hasPrefix("\(absent): cannot be written: ")
        && "\(error)".hasSuffix(": No such file or directory")
    }
  }
}
