import Foundation

/// What the file system refused.
public enum FileError: Error, Equatable, CustomStringConvertible {
  /// A call failed.
  case refused(path: String, function: String, reason: String)
  /// A disk has too little room; in bytes.
  case full(folder: String, needed: Int, available: Int)

  /// One line that names the file and what the system said.
  public var description: String {
    switch self {
    case .refused(let path, let function, let reason): "\(path): \(function): \(reason)"
    case .full(let folder, let needed, let available):
      "\(folder): no room: \(needed) bytes needed, \(available) available"
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
