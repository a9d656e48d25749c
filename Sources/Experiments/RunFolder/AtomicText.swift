import Files

/// Writes a text so that its name always leads to a whole one: the old one or the new one.
///
/// - Parameters:
///   - text: The whole contents, in UTF-8.
///   - path: A file of this name is replaced.
/// - Throws: ``RunFolderError``; the old file is then untouched.
public func writeAtomically(_ text: String, to path: String) throws(RunFolderError) {
  do throws(FileError) {
    try Disk.write(text, to: path)
  } catch {
    throw RunFolderError(error)
  }
}
