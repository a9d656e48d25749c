internal import Foundation

/// Runs `body` with the path of a new folder, which is removed afterwards.
///
/// - Parameter body: Gets the folder's path.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws, and where the folder cannot be made or removed.
public func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("shoal-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let result: Result
  do {
    result = try body(folder.path)
  } catch {
    try FileManager.default.removeItem(at: folder)
    throw error
  }
  try FileManager.default.removeItem(at: folder)
  return result
}
