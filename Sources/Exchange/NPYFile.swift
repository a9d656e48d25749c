internal import Files

/// Files of one array in NumPy's own format, which `numpy.load` reads.
///
/// Version 1.0: a magic word, the length of a header that is a Python dictionary, the header,
/// padded so that the elements start at a multiple of 64 bytes, and the elements, little-endian and
/// row-major. Source: R. Kern, "A simple file format for NumPy arrays", NumPy Enhancement
/// Proposal 1, 2007.
public enum NPYFile {
  /// Writes an array; a file of that name is replaced at once.
  ///
  /// - Parameters:
  ///   - elements: As many as the shape has, row-major.
  ///   - shape: Extents; none for a single number.
  ///   - path: The file.
  /// - Throws: ``ExchangeError``; the file that had the name is then as it was.
  public static func write(
    _ elements: UnsafeBufferPointer<Float>, shape: [Int], to path: String
  ) throws(ExchangeError) {
    checkShape(shape, elements)
    do throws(FileError) {
      try header("<f4", shape: shape).withUnsafeBufferPointer { (header) throws(FileError) in
        try Disk.write(
          [UnsafeRawBufferPointer(header), UnsafeRawBufferPointer(elements)], to: path)
      }
    } catch {
      throw ExchangeError(writing: path, error)
    }
  }

  /// What stands before the elements.
  ///
  /// - Parameters:
  ///   - type: NumPy's name of the elements' type, such as `<f4`.
  ///   - shape: Extents.
  /// - Returns: A multiple of 64 bytes.
  static func header(_ type: String, shape: [Int]) -> [UInt8] {
    // A tuple of one element needs its comma.
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = Array(
      "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extents)), }".utf8)
    // Ten bytes stand before the text, and a line feed ends it.
    let padding = (64 - (10 + text.count + 1) % 64) % 64
    text += [UInt8](repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
    precondition(text.count <= UInt16.max, "an array of \(shape.count) axes")
    let length = withUnsafeBytes(of: UInt16(text.count).littleEndian, Array.init)
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + length + text
  }
}
