internal import Files

/// Files of several arrays in NumPy's format: zip archives of ``NPYFile``, not compressed, which
/// `numpy.load` reads.
public enum NPZFile {
  /// Writes arrays and texts; a file of that name is replaced at once.
  ///
  /// The same contents give the same bytes, whenever they are written.
  ///
  /// - Parameters:
  ///   - arrays: The arrays, in the order of the file.
  ///   - texts: Texts by name, which NumPy reads as arrays without an axis: `str(file["step"])`. No
  ///     name twice, nor one that an array has.
  ///   - path: The file.
  /// - Throws: ``ExchangeError``; the file that had the name is then as it was.
  public static func write(
    _ arrays: [NamedArray], texts: [(name: String, text: String)] = [], to path: String
  ) throws(ExchangeError) {
    checkNames(arrays.map(\.name) + texts.map(\.name))
    let temporary = path + Disk.temporarySuffix
    do throws(ExchangeError) {
      let zip = try ZipWriting(temporary)
      for array in arrays {
        try zip.add(
          "\(array.name).npy", NPYFile.header("<f4", shape: array.shape), array.bytes)
      }
      for (name, text) in texts { try add(text, "\(name).npy", to: zip) }
      try zip.close()
      try put(temporary, inPlaceOf: path)
    } catch {
      try? Disk.removeIfPresent(temporary)
      throw ExchangeError(path: path, function: error.function, reason: error.reason)
    }
  }

  /// Adds a text as an array of one string, in UTF-32 as NumPy has it.
  private static func add(
    _ text: String, _ name: String, to zip: borrowing ZipWriting
  ) throws(ExchangeError) {
    // NumPy knows no string of length 0; it drops zeros from the end of one.
    let scalars = text.isEmpty ? [0] : text.unicodeScalars.map(\.value)
    try scalars.withUnsafeBufferPointer { (scalars) throws(ExchangeError) in
      try zip.add(
        name, NPYFile.header("<U\(scalars.count)", shape: []), UnsafeRawBufferPointer(scalars))
    }
  }

  private static func put(
    _ temporary: String, inPlaceOf path: String
  ) throws(ExchangeError) {
    do throws(FileError) {
      try Disk.put(temporary, inPlaceOf: path)
    } catch {
      throw ExchangeError(writing: path, error)
    }
  }
}
