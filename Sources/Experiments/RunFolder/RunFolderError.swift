import Files
public import MPI

/// Why a run folder cannot be used.
public enum RunFolderError: ExitCoded, Equatable, CustomStringConvertible {
  /// A folder is needed where something else lies.
  case notAFolder(path: String)
  /// There is something else than a file: `found`, in words.
  case notAFile(path: String, found: String)
  /// A file or folder cannot be made or replaced.
  case cannotWrite(path: String, function: String, reason: String)
  /// A folder that another launch trains in.
  case inUse(path: String, holder: String)
  /// A folder that this launch trained in, until another took it over.
  case taken(path: String, holder: String)
  /// A folder with other things than a run.
  case foreign(path: String, names: [String])
  /// Reading or writing an open file failed.
  case inputOutput(path: String, function: String, reason: String)

  /// The exit code of sysexits: 74 for input and output, 66 for what is no file, else 73.
  public var exitCode: Int32 {
    switch self {
    case .inputOutput: 74
    case .notAFile: 66
    case .notAFolder, .cannotWrite, .inUse, .taken, .foreign: 73
    }
  }

  /// One line that names the file and what the system said.
  public var description: String {
    switch self {
    case .notAFolder(let path): "\(path): expected a folder, found a file"
    case .notAFile(let path, let found): "\(path): is \(found), expected a regular file"
    case .cannotWrite(let path, let function, let reason):
      "\(path): cannot be written: \(function): \(reason)"
    case .inUse(let path, let holder):
      "\(path): \(holder): wait for its end, or choose another --run-dir"
    case .taken(let path, let holder):
      "\(path): given up, as this launch gave no sign of life for long: \(holder)"
    case .foreign(let path, let names):
      "\(path) holds no run, but \(names.sorted().prefix(3).joined(separator: ", "))"
        + (names.count > 3 ? " and \(names.count - 3) more" : "")
        + ": choose another --run-dir, or an empty folder"
    case .inputOutput(let path, let function, let reason): "\(path): \(function): \(reason)"
    }
  }

  /// What the file system refused, as what cannot be written.
  init(_ error: FileError) {
    switch error {
    case .refused(let path, let function, let reason):
      self = .cannotWrite(path: path, function: function, reason: reason)
    case .full(let folder, _, _):
      self = .cannotWrite(path: folder, function: "statvfs", reason: "\(error)")
    case .missing(let path), .notRegular(let path, _):
      self = .cannotWrite(path: path, function: "open", reason: error.parts.reason)
    }
  }
}
