public import Files
public import HDF5
public import MPI

/// What can be wrong with data, where they lie, or what was asked of them.
public enum DatasetError: ExitCoded, CustomStringConvertible {
  /// The files of a data set are in none of the places looked at.
  case datasetMissing(name: String, lookedIn: [String], expected: [String])
  /// A folder has no file of the names looked for.
  case noFiles(folder: String, patterns: [String])
  /// A file is missing or cannot be opened.
  case unreadable(path: String, reason: String)
  /// A compressed file is damaged, or is not what its name says.
  case damaged(path: String, reason: String)
  /// A file ends early.
  case truncated(path: String, found: Int, expected: Int)
  /// A file goes on after its last value.
  case tooLong(path: String, expected: Int)
  /// The first four bytes of a file are not those of its format.
  case wrongMagic(path: String, found: UInt32, expected: UInt32, kind: String?)
  /// A number or text in a file is not what it must be.
  case unexpectedValue(path: String, what: String, found: String, expected: String)
  /// From data of this kind no model can learn anything.
  case nothingToLearn(path: String, reason: String)
  /// Two files hold the same image.
  case duplicate(first: String, second: String)
  /// A configuration asks for what cannot be.
  case configuration(key: String, found: String, expected: String)
  /// A file cannot be written or put in its place.
  case unwritable(path: String, reason: String)
  /// A prepared file cannot be read or written.
  case storage(HDF5Error)
  /// What failed on another rank, while this one works with it on a file.
  case elsewhere(exitCode: Int32, description: String)
  /// Contents need more memory than there is.
  case memory(AvailableMemory.Lack)
  /// The ranks cannot reach one another.
  case communication(MPIError)

  /// The code of sysexits(3): 65, 66, 71, 73, 74 or 78, or that of the error inside.
  public var exitCode: Int32 {
    switch self {
    case .datasetMissing, .noFiles, .unreadable: 66
    case .damaged, .truncated, .tooLong, .wrongMagic, .unexpectedValue, .duplicate,
      .nothingToLearn:
      65
    case .configuration: 78
    case .unwritable: 73
    case .storage(let error): error.exitCode
    case .elsewhere(let exitCode, _): exitCode
    case .memory: 71
    case .communication(let error): error.isStall ? error.exitCode : 74
    }
  }

  /// One line: what was found, what was expected, and where.
  public var description: String {
    switch self {
    case .datasetMissing(let name, let lookedIn, let expected):
      let places = lookedIn.isEmpty ? "no folder was given" : lookedIn.joined(separator: ", ")
      return "data set \(name) not found (looked in: \(places)); expected files: "
        + "\(expected.joined(separator: ", ")); set data.path, --data-dir or SHOAL_DATA"
    case .noFiles(let folder, let patterns):
      return "\(folder): no file named \(patterns.joined(separator: " or "))"
    case .unreadable(let path, let reason): return "\(path): cannot be read: \(reason)"
    case .damaged(let path, let reason): return "\(path): damaged or incomplete: \(reason)"
    case .truncated(let path, let found, let expected):
      return "\(path): ends after \(found) bytes, expected \(expected) (uncompressed)"
    case .tooLong(let path, let expected):
      return "\(path): more than the expected \(expected) bytes (uncompressed)"
    case .wrongMagic(let path, let found, let expected, let kind):
      return "\(path): starts with \(hexadecimal(found)), expected \(hexadecimal(expected))"
        + (kind.map { ": it is \($0)" } ?? "")
    case .nothingToLearn(let path, let reason):
      return "\(path): \(reason): nothing can be learned from them"
    case .unexpectedValue(let path, let what, let found, let expected):
      return "\(path): \(what) is \(found), expected \(expected)"
    case .duplicate(let first, let second): return "\(first) and \(second) are the same image"
    case .configuration(let key, let found, let expected):
      return "\(key) is \(found), expected \(expected)"
    case .unwritable(let path, let reason): return "\(path): cannot be written: \(reason)"
    case .storage(let error): return "\(error)"
    case .elsewhere(_, let description): return description
    case .memory(let lack): return "\(lack)"
    case .communication(let error): return "\(error)"
    }
  }

  /// Makes sure that a path leads to a regular file, since libraries would wait for anything else
  /// for ever.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``unreadable(path:reason:)``.
  static func checkIsFile(_ path: String) throws(DatasetError) {
    do throws(FileError) {
      try RegularFile.check(path)
    } catch {
      throw .unreadable(path: path, reason: error.parts.reason)
    }
  }

  private func hexadecimal(_ word: UInt32) -> String {
    let digits = String(word, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
