/// A photograph of van Hateren's, of which the part that DOVES shows is used.
///
/// The files (`.iml` linear, `.imc` calibrated) have no header: 1024 rows of 1536 big-endian
/// 16-bit numbers, linear in light intensity. Sources: van Hateren & van der Schaaf, "Independent
/// component filters of natural images compared with simple cells in primary visual cortex",
/// Proc. R. Soc. Lond. B, 1998; van der Linde, Rajashekar, Bovik & Cormack, "DOVES: a database of
/// visual eye movements", Spatial Vision, 2009.
package enum VanHaterenImage {
  /// Rows and columns of a file.
  static let fileHeight = 1024
  static let fileWidth = 1536
  /// The rows and columns that DOVES shows: the middle, 768 x 1024 pixels.
  package static let rows = 128..<896
  package static let columns = 256..<1280

  /// No pixel is larger: the camera has 12 bits, which the files make linear in intensity (the 100
  /// photographs of DOVES at hand reach 7431 in the part that is used).
  static let largestValue: Float = 8191

  /// Reads the pixels of DOVES's part, unchanged.
  ///
  /// - Parameters:
  ///   - path: A file, also gzip or xz by its name.
  ///   - pixels: Receives shape [768, 1024].
  /// - Throws: ``DatasetError``, if the file is not exactly as long as the format says, too.
  package static func read(
    _ path: String, into pixels: UnsafeMutableBufferPointer<Float>
  ) throws(DatasetError) {
    precondition(pixels.count == rows.count * columns.count, "\(pixels.count) pixels")
    let length = 2 * fileHeight * fileWidth
    var file = try CompressedFile(path, plainLength: length)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length + 1)
    try file.read(length, into: &bytes)
    try file.expectEnd()
    bytes.withUnsafeBytes { bytes in
      var place = 0
      for row in rows {
        for column in columns {
          let offset = 2 * (row * fileWidth + column)
          let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
          pixels[place] = Float(UInt16(bigEndian: value))
          place += 1
        }
      }
    }
  }
}
