/// The contents of an IDX file: MNIST's format for arrays of bytes.
///
/// A magic number (0, 0, type 8 for bytes, number of dimensions), the extents and then the bytes,
/// all numbers big-endian 32-bit. Source: LeCun, Cortes & Burges, "The MNIST database".
struct IDXFile {
  /// The extents, the number of items first.
  let shape: [Int]
  /// The values, row-major.
  let bytes: [UInt8]

  /// Reads images, shape [images, height, width].
  static func images(_ path: String) throws(DatasetError) -> IDXFile {
    try IDXFile(path, magic: 0x0000_0803)
  }

  /// Reads labels, shape [images].
  static func labels(_ path: String) throws(DatasetError) -> IDXFile {
    try IDXFile(path, magic: 0x0000_0801)
  }

  /// Reads a file whose first four bytes are `magic`, and which must end where its header says.
  private init(_ path: String, magic: UInt32) throws(DatasetError) {
    var file = try CompressedFile(path)
    var start: [UInt8] = []
    let found = try IDXFile.word(&file, &start)
    guard found == magic else {
      let kind = FileKind.name(of: try file.head(after: start))
      throw .wrongMagic(path: path, found: found, expected: magic, kind: kind)
    }
    var shape: [Int] = []
    var count = 1
    for _ in 0..<Int(magic & 0xFF) {
      let extent = Int(try IDXFile.word(&file, &start))
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow, product < 1 << 60 else {
        throw .unexpectedValue(
          path: path, what: "the shape in the header", found: "\(shape + [extent])",
          expected: "positive extents whose product a file can hold")
      }
      shape.append(extent)
      count = product
    }
    var bytes: [UInt8] = []
    try file.read(count, into: &bytes)
    try file.expectEnd()
    self.shape = shape
    self.bytes = bytes
  }

  /// Reads a number, and appends its bytes to those before.
  private static func word(
    _ file: inout CompressedFile, _ bytes: inout [UInt8]
  ) throws(DatasetError) -> UInt32 {
    try file.read(4, into: &bytes)
    return bytes.suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }
}
