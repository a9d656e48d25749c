internal import Files

/// Why a file for other programs could not be written.
public struct ExchangeError: Error, Equatable, CustomStringConvertible {
  /// The file that was to be written.
  public let path: String
  /// The function that failed.
  public let function: String
  /// The library's or the system's own words.
  public let reason: String

  /// One line with the file, the function and its words.
  public var description: String { "\(path): cannot be written: \(function): \(reason)" }
}

extension ExchangeError {
  /// What the file system said while the file at `path` was written under its temporary name.
  init(writing path: String, _ error: FileError) {
    switch error {
    case .refused(_, let function, let reason):
      self.init(path: path, function: function, reason: reason)
    case .full, .missing, .notRegular:
      self.init(path: path, function: "open", reason: "\(error)")
    }
  }
}
