import Files
import Foundation

/// Reads a text that the command line names: a file, or a pipe.
///
/// - Parameters:
///   - path: The file.
///   - kind: What it is to be, for messages.
/// - Returns: The text.
/// - Throws: ``ConfigurationError/unreadable(path:reason:)``, or
///   ``ConfigurationError/malformed(place:problem:)`` where it is no text.
func readText(_ path: String, _ kind: String) throws(ConfigurationError) -> String {
  let bytes: [UInt8]
  do throws(FileError) {
    bytes = try Disk.contents(of: path, atMost: 16 << 20)
  } catch {
    throw .unreadable(path: path, reason: reason(error, path, kind))
  }
  guard let text = String(data: Data(bytes), encoding: .utf8) else {
    throw .malformed(place: path, problem: "is not text in UTF-8")
  }
  return text
}

private func reason(_ error: FileError, _ path: String, _ kind: String) -> String {
  if !FileManager.default.fileExists(atPath: path) {
    return ["/dev/fd/", "/proc/self/fd/"].contains(where: path.hasPrefix)
      ? "there is no such \(kind): mpirun and srun pass no pipe on to their ranks (a file, or /dev/stdin, does it)"
      : "there is no such \(kind)"
  }
  switch error {
  case .notRegular(_, let found): return "is \(found), expected a \(kind)"
  case .refused(_, _, let reason) where reason.hasPrefix("is ") || reason.hasPrefix("has "):
    return reason
  default: return "cannot be read: \(error.parts.reason)"
  }
}

extension ResolvedConfiguration {
  /// What a run is called by its file: the file's name without ending; a pipe has none of its own.
  ///
  /// - Parameter path: The file.
  /// - Returns: The name, the same on every rank.
  public static func name(of path: String) -> String {
    ["/dev/", "/proc/"].contains(where: path.hasPrefix)
      ? "piped" : URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
  }
}
