import Foundation

/// Files that are there whole or not at all, also after a crash.
public enum Disk {
  /// What a file is called while it is not finished.
  public static let temporarySuffix = ".partial"

  /// Waits until the disk has a file's contents, or a folder's names.
  ///
  /// - Parameter path: The file or folder.
  /// - Throws: ``FileError``.
  public static func synchronize(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK)
    if descriptor < 0 { throw .system("open", path) }
    defer { close(descriptor) }
    if fsync(descriptor) != 0 { throw .system("fsync", path) }
  }

  /// Puts a finished file in the place of another, and waits for the disk.
  ///
  /// A rename may reach the disk before the contents of the file do, so both are awaited.
  ///
  /// - Parameters:
  ///   - temporary: The finished, closed file.
  ///   - path: Its final name in the same folder; a file of that name is replaced.
  /// - Throws: ``FileError``; the file that had the name is then as it was.
  public static func put(_ temporary: String, inPlaceOf path: String) throws(FileError) {
    try synchronize(temporary)
    if rename(temporary, path) != 0 { throw .system("rename", path) }
    try synchronize(folder(of: path))
  }

  /// Writes a text so that its name always leads to a whole one.
  ///
  /// - Parameters:
  ///   - text: The contents, in UTF-8.
  ///   - path: A file of this name is replaced.
  /// - Throws: ``FileError``; the file that had the name is then as it was.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try Array(text.utf8).withUnsafeBufferPointer { (bytes) throws(FileError) in
      try write([UnsafeRawBufferPointer(bytes)], to: path)
    }
  }

  /// Writes bytes so that their name always leads to all of them; those of a pipe or device, such
  /// as `/dev/stdout`, go straight there.
  ///
  /// - Parameters:
  ///   - parts: The contents, one part behind the other.
  ///   - path: A file of this name is replaced.
  /// - Throws: ``FileError``; the file that had the name is then as it was.
  public static func write(
    _ parts: [UnsafeRawBufferPointer], to path: String
  ) throws(FileError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, [S_IFIFO, S_IFCHR].contains(status.st_mode & S_IFMT) {
      return try writeThrough(parts, to: path)
    }
    let path = exists ? target(of: path) : path
    let temporary = path + temporarySuffix
    do throws(FileError) {
      try writeThrough(parts, to: temporary)
      try put(temporary, inPlaceOf: path)
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Where a link leads, which is to stay one; else the path itself.
  private static func target(of path: String) -> String {
    guard let found = realpath(path, nil) else { return path }
    defer { free(found) }
    return String(cString: found)
  }

  private static func writeThrough(
    _ parts: [UnsafeRawBufferPointer], to path: String
  ) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0o644)
    if descriptor < 0 { throw .system("open", path) }
    defer { close(descriptor) }
    // A pipe's reader may be slower.
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    for part in parts {
      var rest = part[...]
      while !rest.isEmpty {
        let bytes = UnsafeRawBufferPointer(rebasing: rest)
        let count = Foundation.write(descriptor, bytes.baseAddress, bytes.count)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { throw .system("write", path) }
        rest = rest.dropFirst(count)
      }
    }
  }

  /// Makes a file unless there is one of its name, which of several processes only one can.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - text: What it shall hold; a process that dies meanwhile may leave less.
  /// - Returns: Whether this call made it.
  /// - Throws: ``FileError``.
  public static func create(_ path: String, holding text: String) throws(FileError) -> Bool {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o644)
    if descriptor < 0 {
      if errno == EEXIST { return false }
      throw .system("open", path)
    }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    if Foundation.write(descriptor, bytes, bytes.count) < 0 { throw .system("write", path) }
    return true
  }

  /// How long ago a file was last written to or touched, by the clock of its file system.
  ///
  /// Clocks of other machines differ; so a new file beside it says what time it is.
  ///
  /// - Parameter path: The file.
  /// - Returns: The time; `nil` where there is no such file.
  /// - Throws: ``FileError``.
  public static func age(of path: String) throws(FileError) -> Duration? {
    guard let then = try written(path) else { return nil }
    let probe = "\(path)-\(UInt64.random(in: 0...UInt64.max))"
    _ = try create(probe, holding: "")
    defer { unlink(probe) }
    guard let now = try written(probe) else { return nil }
    return max(.zero, now - then)
  }

  private static func written(_ path: String) throws(FileError) -> Duration? {
    var status = stat()
    if stat(path, &status) != 0 {
      if errno == ENOENT { return nil }
      throw .system("stat", path)
    }
    #if canImport(Darwin)
    let time = status.st_mtimespec
    #else
    let time = status.st_mtim
    #endif
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// Removes a file if it is there.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``FileError``.
  public static func removeIfPresent(_ path: String) throws(FileError) {
    if unlink(path) != 0 && errno != ENOENT { throw .system("unlink", path) }
  }

  /// Makes a folder and those above it, as far as they are missing.
  ///
  /// - Parameter path: The folder.
  /// - Throws: ``FileError``.
  public static func makeFolder(_ path: String) throws(FileError) {
    var prefix = path.hasPrefix("/") ? "/" : ""
    for name in path.split(separator: "/") {
      prefix += name
      if mkdir(prefix, 0o777) != 0 && errno != EEXIST { throw .system("mkdir", path) }
      prefix += "/"
    }
    var status = stat()
    if stat(path.isEmpty ? "." : path, &status) != 0 { throw .system("stat", path) }
    if status.st_mode & S_IFMT != S_IFDIR {
      throw .refused(path: path, function: "mkdir", reason: "a file has this name")
    }
  }

  /// What a path leads to.
  public enum PathKind: Sendable {
    /// A regular file, perhaps through links.
    case file
    /// A folder.
    case folder
    /// A pipe, a device or a socket: what may be waited for without end.
    case other
  }

  /// Looks at what a path leads to, without opening it.
  ///
  /// - Parameter path: The path.
  /// - Returns: What lies there.
  /// - Throws: ``FileError`` where nothing does, or nobody may look.
  public static func kind(of path: String) throws(FileError) -> PathKind {
    var status = stat()
    if stat(path, &status) != 0 { throw .system("stat", path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  /// The folder that a file lies in.
  ///
  /// - Parameter path: The file, which need not exist.
  /// - Returns: The folder's path; `.` for a name alone.
  public static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Lists the names in a folder; none where the folder does not exist.
  ///
  /// - Parameter folder: The folder.
  /// - Returns: Names, in no order.
  /// - Throws: ``FileError`` where it is there but cannot be read.
  public static func names(in folder: String) throws(FileError) -> [String] {
    guard let stream = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw .system("opendir", folder)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
