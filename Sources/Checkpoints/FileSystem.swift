internal import Foundation

/// Waits until the disk has a file's contents, or a folder's names.
///
/// A rename may reach the disk before the contents of the file do, so both are awaited.
func synchronize(_ path: String) throws(CheckpointError) {
  let descriptor = open(path, O_RDONLY)
  if descriptor < 0 { throw .system("open", path) }
  defer { close(descriptor) }
  if fsync(descriptor) != 0 { throw .system("fsync", path) }
}

/// Gives a file another name at once, in place of one that had it, and waits for the disk.
func renameDurably(_ path: String, to name: String, in folder: String) throws(CheckpointError) {
  if rename(path, "\(folder)/\(name)") != 0 { throw .system("rename", path) }
  try synchronize(folder)
}

/// Removes a file if it is there.
func removeIfPresent(_ path: String) throws(CheckpointError) {
  if unlink(path) != 0 && errno != ENOENT { throw .system("unlink", path) }
}

/// Makes a folder and those above it, as far as they are missing.
func makeFolder(_ path: String) throws(CheckpointError) {
  var prefix = path.hasPrefix("/") ? "/" : ""
  for name in path.split(separator: "/") {
    prefix += name
    if mkdir(prefix, 0o777) != 0 && errno != EEXIST { throw .system("mkdir", path) }
    prefix += "/"
  }
}

/// Makes sure that a folder's disk has room.
func checkRoom(for byteCount: Int, in folder: String) throws(CheckpointError) {
  var disk = statvfs()
  if statvfs(folder, &disk) != 0 { throw .system("statvfs", folder) }
  // Some network file systems report more bytes than an integer holds.
  let available = Int(min(Double(disk.f_bavail) * Double(disk.f_frsize), 0x1p62))
  if available <= byteCount {
    throw .diskFull(path: folder, needed: byteCount, available: available)
  }
}

/// Makes a file, if it is missing, and sets room on the disk aside for it.
///
/// Where the disk ran full in the middle of a collective write, one rank would get the error and
/// the others wait for it inside the MPI library for ever (seen with Open MPI 4.1.4).
func reserve(_ byteCount: Int, for path: String) throws(CheckpointError) {
  let descriptor = open(path, O_WRONLY | O_CREAT, 0o666)
  if descriptor < 0 { throw .system("open", path) }
  defer { close(descriptor) }
  #if os(Linux)
  let code = posix_fallocate(descriptor, 0, off_t(byteCount))
  if code != 0 {
    throw .cannotWrite(
      path: path, function: "posix_fallocate", reason: String(cString: strerror(code)))
  }
  #endif
}

/// Lists the names in a folder; none where the folder does not exist.
func names(in folder: String) throws(CheckpointError) -> [String] {
  do {
    return try FileManager.default.contentsOfDirectory(atPath: folder)
  } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
    return []
  } catch {
    throw .cannotRead(path: folder, reason: reason(error))
  }
}

/// Writes a small file so that it is there whole or not at all.
func writeDurably(_ text: String, to name: String, in folder: String) throws(CheckpointError) {
  let temporary = "\(folder)/\(name)\(temporarySuffix)"
  do {
    try Data(text.utf8).write(to: URL(fileURLWithPath: temporary))
  } catch {
    throw .cannotWrite(path: temporary, function: "write", reason: reason(error))
  }
  try synchronize(temporary)
  try renameDurably(temporary, to: name, in: folder)
}

/// What a file is called while it is not finished.
let temporarySuffix = ".partial"

private func reason(_ error: any Error) -> String {
  let error = error as NSError
  let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError
  guard let cause, cause.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
  return String(cString: strerror(Int32(cause.code)))
}

extension CheckpointError {
  /// What `errno` says after a call that changes files.
  fileprivate static func system(_ function: String, _ path: String) -> CheckpointError {
    .cannotWrite(path: path, function: function, reason: String(cString: strerror(errno)))
  }
}
