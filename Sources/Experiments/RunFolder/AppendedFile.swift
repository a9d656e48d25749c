internal import Foundation

/// A file that grows by whole entries and never has half of one for long.
///
/// Each addition is one call of the system, so that a kill comes before or after it. What a disk does not
/// take is kept and goes out with the next addition.
struct AppendedFile: ~Copyable {
  /// Bytes of an entry that a kill or a power failure had left unfinished, and which were cut off.
  let tornBytes: Int
  private let descriptor: FileDescriptor
  private var size: Int
  /// Entries that could not be written yet.
  private var waiting: [UInt8] = []

  /// Opens a file, which is made where there is none, and cuts off what is unfinished at its end.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - wholeBytes: Is given the contents, and finds where the last whole entry ends.
  /// - Throws: ``RunFolderError``.
  init(_ path: String, wholeBytes: ([UInt8]) -> Int) throws(RunFolderError) {
    let descriptor = try FileDescriptor(opening: path, flags: O_RDWR | O_CREAT | O_APPEND)
    let bytes = try descriptor.readAll()
    let whole = wholeBytes(bytes)
    if whole < bytes.count { try descriptor.truncate(to: whole) }
    tornBytes = bytes.count - whole
    size = whole
    self.descriptor = descriptor
  }

  /// Whether nothing is in the file, nor waits to get there.
  var isEmpty: Bool { size == 0 && waiting.isEmpty }

  /// Adds entries to the end.
  ///
  /// - Parameter entries: Whole ones.
  /// - Throws: ``RunFolderError`` where the file does not take them, as on a full disk; it then ends
  ///   with the entry before, and the new ones are written with the next.
  mutating func append(_ entries: [UInt8]) throws(RunFolderError) {
    waiting += entries
    let count = try descriptor.write(waiting)
    if count < waiting.count {
      try descriptor.truncate(to: size)
      throw .inputOutput(
        path: descriptor.path, function: "write", reason: "took \(count) of \(waiting.count) bytes")
    }
    size += count
    waiting = []
  }

  /// Waits until the disk has all that was written.
  ///
  /// - Throws: ``RunFolderError``.
  func synchronize() throws(RunFolderError) { try descriptor.synchronize() }

  /// Keeps a file or folder of another run under the next free name, as `metrics-1.jsonl`.
  ///
  /// - Parameter path: Nothing happens where nothing has this name.
  /// - Throws: ``RunFolderError``.
  static func setAside(_ path: String) throws(RunFolderError) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let stem = (path as NSString).deletingPathExtension
    let suffix = (path as NSString).pathExtension
    let end = suffix.isEmpty ? "" : ".\(suffix)"
    var number = 1
    while FileManager.default.fileExists(atPath: "\(stem)-\(number)\(end)") { number += 1 }
    if rename(path, "\(stem)-\(number)\(end)") != 0 {
      throw .cannotWrite(path: path, function: "rename", reason: systemReason())
    }
  }
}
