import Foundation

/// Reads a run's log while the run writes it, on this machine or another.
struct MetricsFollower {
  let path: String
  /// The whole lines so far that are such.
  private(set) var lines: [MetricsLine] = []
  /// When the file was written to; `nil` where there is none.
  private(set) var written: Date?
  private var offset = 0
  private var file: UInt64?

  init(_ path: String) { self.path = path }

  /// Reads what has been added.
  ///
  /// A line without its end is left for the next time. A file that is another than before, or shorter, is
  /// read from its start: the old one was set aside.
  ///
  /// - Returns: Whether there is something new.
  /// - Throws: ``RunFolderError`` where the file is there but cannot be read.
  mutating func poll() throws(RunFolderError) -> Bool {
    guard let tail = try tail() else { return false }
    written = tail.state.written
    if tail.state.file != file || tail.begin < offset {
      lines = []
      file = tail.state.file
    }
    let end = tail.bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    offset = tail.begin + end
    let decoder = JSONDecoder()
    for line in tail.bytes[..<end].split(separator: UInt8(ascii: "\n")) {
      // What a later version logs besides is not for this one.
      guard let line = try? decoder.decode(MetricsLine.self, from: Data(line)) else { continue }
      lines.append(line)
    }
    return end > 0
  }

  /// What is in the file behind the part that was read.
  private func tail() throws(RunFolderError) -> (
    bytes: [UInt8], begin: Int, state: FileDescriptor.State
  )? {
    do throws(RunFolderError) {
      let descriptor = try FileDescriptor(opening: path, flags: O_RDONLY)
      let state = try descriptor.state()
      let begin = state.file == file && state.size >= offset ? offset : 0
      return (try descriptor.readAll(from: begin), begin, state)
    } catch {
      if FileManager.default.fileExists(atPath: path) { throw error }
      return nil
    }
  }
}
