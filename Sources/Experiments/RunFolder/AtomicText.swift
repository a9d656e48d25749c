internal import Foundation

/// Writes a file so that its name always leads to a whole text: the old one or the new one.
///
/// The contents are awaited before the rename, and the name after it: otherwise a power failure
/// can leave the new name with no contents.
///
/// - Parameters:
///   - text: The whole contents, in UTF-8.
///   - path: A file of this name is replaced.
/// - Throws: ``RunFolderError``; the old file is then untouched.
public func writeAtomically(_ text: String, to path: String) throws(RunFolderError) {
  let temporary = "\(path).partial"
  do throws(RunFolderError) {
    try writeThrough(text, to: temporary)
    if rename(temporary, path) != 0 {
      throw .cannotWrite(path: path, function: "rename", reason: systemReason())
    }
  } catch {
    unlink(temporary)
    throw error
  }
  let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
  let descriptor = try FileDescriptor(opening: folder.isEmpty ? "." : folder, flags: O_RDONLY)
  try descriptor.synchronize()
  try descriptor.close()
}

private func writeThrough(_ text: String, to path: String) throws(RunFolderError) {
  let descriptor = try FileDescriptor(opening: path, flags: O_WRONLY | O_CREAT | O_TRUNC)
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = try descriptor.write(rest)
    if count == 0 {
      throw .inputOutput(path: path, function: "write", reason: "took none of \(rest.count) bytes")
    }
    rest = rest.dropFirst(count)
  }
  try descriptor.synchronize()
  try descriptor.close()
}
