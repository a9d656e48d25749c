internal import HDF5
public import MPI

/// Why a checkpoint could not be written or read; every rank of the operation throws the same.
public enum CheckpointError: Error, Equatable, Codable {
  /// There is no such file.
  case notFound(path: String)
  /// There is something else than a file: `found`, in words.
  case notRegular(path: String, found: String)
  /// The folder cannot be looked at.
  case cannotRead(path: String, reason: String)
  /// The file is not what was once written: cut off, or changed since.
  case damaged(path: String, reason: String)
  /// A dataset's bytes are not those that were once written.
  case checksum(path: String, dataset: String, expected: String, found: String)
  /// The layout of the file is one that this program does not know.
  case formatVersion(path: String, found: Int, expected: Int)
  /// The model has a parameter, moment or statistic that the file lacks.
  case missingDataset(path: String, dataset: String)
  /// The file has one that the model lacks.
  case unexpectedDataset(path: String, dataset: String)
  /// A dataset has another shape than in the model.
  case otherShape(path: String, dataset: String, found: [Int], expected: [Int])
  /// A dataset's elements are of another type.
  case otherType(path: String, dataset: String, found: String, expected: String)
  /// The disk has not enough room left; in bytes.
  case diskFull(path: String, needed: Int, available: Int)
  /// The operating system or HDF5 refused to write.
  case cannotWrite(path: String, function: String, reason: String)
  /// The ranks could not reach one another.
  case communication(function: String, reason: String, exitCode: Int32)

  /// Whether ranks waited in vain for others; nothing that all do together can follow.
  public var isStall: Bool { exitCode == MPIError.stallExitCode }

  /// Whether the file is sound but belongs to another model or version, so that an older
  /// checkpoint of the folder would not do either.
  public var isOfAnotherModel: Bool {
    switch self {
    case .formatVersion, .missingDataset, .unexpectedDataset, .otherShape, .otherType: true
    default: false
    }
  }
}

extension CheckpointError {
  /// Whether the system is at fault, so that the file may well be sound.
  var isOfTheSystem: Bool {
    switch self {
    case .cannotRead, .communication: true
    default: false
    }
  }
}

extension CheckpointError: CustomStringConvertible {
  /// One line with the file, what was found and what was expected.
  public var description: String {
    switch self {
    case .notFound(let path):
      "\(path): no such checkpoint"
    case .notRegular(let path, let found):
      "\(path): is \(found), expected a checkpoint file"
    case .cannotRead(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .damaged(let path, let reason):
      "\(path): damaged checkpoint: \(reason)"
    case .checksum(let path, let dataset, let expected, let found):
      "\(path): damaged checkpoint: \(dataset) has SHA-256 \(found), expected \(expected)"
    case .formatVersion(let path, let found, let expected):
      "\(path): format version \(found), expected \(expected)"
    case .missingDataset(let path, let dataset):
      "\(path): checkpoint of another model: \(dataset) is missing"
    case .unexpectedDataset(let path, let dataset):
      "\(path): checkpoint of another model: \(dataset) is not part of this one"
    case .otherShape(let path, let dataset, let found, let expected):
      "\(path): checkpoint of another model: \(dataset) has shape \(found), expected \(expected)"
    case .otherType(let path, let dataset, let found, let expected):
      "\(path): checkpoint of another model: \(dataset) holds \(found), expected \(expected)"
    case .diskFull(let path, let needed, let available):
      "\(path): no room for a checkpoint: \(needed) bytes needed, \(available) available"
    case .cannotWrite(let path, let function, let reason):
      "\(path): cannot be written: \(reason) (\(function))"
    case .communication(let function, let reason, _):
      "checkpoint: \(function): \(reason)"
    }
  }
}

extension CheckpointError: ExitCoded {
  /// 65 for bad data, 66 for a missing file, 73 or 74 for the file system, 70 for the network.
  public var exitCode: Int32 {
    switch self {
    case .notFound, .notRegular: 66
    case .cannotRead: 74
    case .diskFull, .cannotWrite: 73
    case .communication(_, _, let exitCode): exitCode
    default: 65
    }
  }
}

extension CheckpointError {
  /// A failure of MPI.
  init(_ error: MPIError) {
    self = .communication(
      function: error.function, reason: error.text, exitCode: error.exitCode)
  }

  /// A failure of HDF5 while the file at `path` was written.
  init(writing path: String, _ error: HDF5Error) {
    self =
      error.exitCode == MPIError.stallExitCode
      ? .communication(function: error.function, reason: error.text, exitCode: error.exitCode)
      : .cannotWrite(path: path, function: error.function, reason: error.text)
  }

  /// A failure of HDF5 while the file at `path` was read.
  init(reading path: String, _ error: HDF5Error) {
    self =
      error.exitCode == 66
      ? .notFound(path: path)
      : .damaged(path: path, reason: "\(error)".without(prefix: "\(path):"))
  }
}

extension String {
  /// The text without a prefix that would be said twice, and without the blank behind it.
  fileprivate func without(prefix: String) -> String {
    guard hasPrefix(prefix) else { return self }
    return String(dropFirst(prefix.count).drop { $0 == " " })
  }
}
