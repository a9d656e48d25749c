internal import Files

/// Runs what touches files, and says of a failure that a checkpoint cannot be written.
func onDisk<Value>(_ body: () throws(FileError) -> Value) throws(CheckpointError) -> Value {
  do throws(FileError) {
    return try body()
  } catch {
    switch error {
    case .full(let folder, let needed, let available):
      throw .diskFull(path: folder, needed: needed, available: available)
    case .refused(let path, let function, let reason):
      throw .cannotWrite(path: path, function: function, reason: reason)
    case .missing(let path), .notRegular(let path, _):
      throw .cannotWrite(path: path, function: "open", reason: error.parts.reason)
    }
  }
}

/// Lists the names in a folder; none where the folder does not exist.
func names(in folder: String) throws(CheckpointError) -> [String] {
  do throws(FileError) {
    return try Disk.names(in: folder)
  } catch {
    throw .cannotRead(path: folder, reason: error.parts.reason)
  }
}

extension CheckpointError {
  /// A checkpoint that cannot be read.
  init(reading error: FileError) {
    self =
      switch error {
      case .missing(let path): .notFound(path: path)
      case .notRegular(let path, let found): .notRegular(path: path, found: found)
      case .refused, .full: .cannotRead(path: error.parts.path, reason: error.parts.reason)
      }
  }
}
