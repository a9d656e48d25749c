internal import Foundation

/// Puts a finished file in its place so that no crash leaves half of it there.
enum FileReplacement {
  /// Renames a file, once its contents are on disk, and then writes the folder too.
  ///
  /// - Parameters:
  ///   - temporary: The finished, closed file.
  ///   - path: Its final name, in the same folder; a file of that name is replaced.
  /// - Throws: ``DatasetError/unwritable(path:reason:)``.
  static func put(_ temporary: String, inPlaceOf path: String) throws(DatasetError) {
    try synchronize(temporary)
    guard rename(temporary, path) == 0 else { throw failure(path) }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    try synchronize(folder.isEmpty ? "." : folder)
  }

  private static func synchronize(_ path: String) throws(DatasetError) {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw failure(path) }
    let code = fsync(descriptor)
    let error = failure(path)
    guard close(descriptor) == 0, code == 0 else { throw error }
  }

  private static func failure(_ path: String) -> DatasetError {
    .unwritable(path: path, reason: String(cString: strerror(errno)))
  }
}
