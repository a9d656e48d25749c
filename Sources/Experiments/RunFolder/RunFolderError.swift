public import MPI

/// Why a run folder cannot be used.
public enum RunFolderError: ExitCoded, Equatable, CustomStringConvertible {
  /// A folder is needed where something else lies.
  case notAFolder(path: String)
  /// There is something else than a file: `found`, in words.
  case notAFile(path: String, found: String)
  /// A file or folder cannot be made or replaced.
  case cannotWrite(path: String, function: String, reason: String)
  /// Reading or writing an open file failed.
  case inputOutput(path: String, function: String, reason: String)

  /// The exit code of sysexits: 74 for input and output, 66 for what is no file, else 73.
  public var exitCode: Int32 {
    switch self {
    case .inputOutput: 74
    case .notAFile: 66
    case .notAFolder, .cannotWrite: 73
    }
  }

  /// One line that names the file and what the system said.
  public var description: String {
    switch self {
    case .notAFolder(let path): "\(path): expected a folder, found a file"
    case .notAFile(let path, let found): "\(path): is \(found), expected a regular file"
    case .cannotWrite(let path, let function, let reason):
      "\(path): cannot be written: \(function): \(reason)"
    case .inputOutput(let path, let function, let reason): "\(path): \(function): \(reason)"
    }
  }
}
