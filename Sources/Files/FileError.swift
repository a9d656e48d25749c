import Foundation

/// What the file system refused.
public enum FileError: Error, Equatable, CustomStringConvertible {
  /// A call failed.
  case refused(path: String, function: String, reason: String)
  /// There is no such file.
  case missing(path: String)
  /// A path leads to something else than a regular file: `found`, in words.
  case notRegular(path: String, found: String)
  /// A disk has too little room; in bytes.
  case full(folder: String, needed: Int, available: Int)

  /// One line that names the file and what the system said.
  public var description: String {
    let (path, reason) = parts
    return "\(path): \(reason)"
  }

  /// The file that the error is about, and what is wrong with it.
  public var parts: (path: String, reason: String) {
    switch self {
    case .refused(let path, let function, let reason): (path, "\(function): \(reason)")
    case .missing(let path): (path, "no such file")
    case .notRegular(let path, let found): (path, "is \(found), expected a regular file")
    case .full(let folder, let needed, let available):
      (folder, "no room: \(needed) bytes needed, \(available) available")
    }
  }

  /// What `errno` says after a call.
  ///
  /// - Parameters:
  ///   - function: The call.
  ///   - path: What it was about.
  /// - Returns: The error.
  static func system(_ function: String, _ path: String) -> FileError {
    .refused(path: path, function: function, reason: String(cString: strerror(errno)))
  }
}
