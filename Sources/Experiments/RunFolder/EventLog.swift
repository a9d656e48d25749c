internal import Foundation
public import Reporting

/// The event file to which a run appends what TensorBoard shows.
///
/// As with ``MetricsLog``, what a resumed run computes once more is not appended again: each tag's steps
/// ascend, through all kills. On rank 0 only.
public struct EventLog: ~Copyable {
  private static let namePrefix = "events.out.tfevents."

  private var file: AppendedFile
  private var lastSteps: [String: Int]

  /// Opens the newest event file of a folder; both are made where they are missing.
  ///
  /// - Parameters:
  ///   - folder: The folder, which has nothing else in it.
  ///   - continuing: Whether what is in it belongs to this run. If not, the folder is kept under the
  ///     next free name, `tensorboard-1`: TensorBoard takes all files of one folder for one run.
  /// - Throws: ``RunFolderError``.
  public init(_ folder: String, continuing: Bool) throws(RunFolderError) {
    if !continuing { try AppendedFile.setAside(folder) }
    try RunFolder(folder).make()
    let path = "\(folder)/\(Self.newest(in: folder) ?? Self.newName)"
    var lastSteps: [String: Int] = [:]
    file = try AppendedFile(path) { bytes in
      let contents = EventFileContents(of: bytes)
      lastSteps = contents.lastSteps
      return contents.wholeBytes
    }
    self.lastSteps = lastSteps
  }

  /// Bytes of an unfinished record, and all behind it, that were cut off.
  public var tornBytes: Int { file.tornBytes }

  /// Whether values of a step would be appended.
  ///
  /// - Parameters:
  ///   - tag: A tag.
  ///   - step: The optimizer's updates so far.
  /// - Returns: Whether the tag has no value yet of this step or a later one.
  public func lacks(_ tag: String, step: Int) -> Bool { lastSteps[tag].map { $0 < step } ?? true }

  /// Appends those values of a step that are not in the file yet.
  ///
  /// - Parameters:
  ///   - step: The optimizer's updates so far.
  ///   - values: What was measured and drawn.
  /// - Throws: ``RunFolderError`` where the file takes nothing, as on a full disk: what was appended is then
  ///   written with the next; `ReportingError`.
  public mutating func append(step: Int, _ values: [SummaryEvent.Value]) throws {
    var new = values.filter { lacks($0.tag, step: step) }
    guard !new.isEmpty else { return }
    for index in new.indices where lastSteps[new[index].tag] != nil { new[index].description = "" }
    let now = Date().timeIntervalSince1970
    let record = try SummaryEvent(time: now, step: step, values: new).record()
    for value in new { lastSteps[value.tag] = step }
    try file.append((file.isEmpty ? SummaryEvent.fileVersion(time: now) : []) + record)
  }

  /// Waits until the disk has all events; to be called before a checkpoint is written.
  ///
  /// - Throws: ``RunFolderError``.
  public func synchronize() throws(RunFolderError) { try file.synchronize() }

  private static func newest(in folder: String) -> String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasPrefix(namePrefix) }.max()
  }

  /// As TensorFlow names its files: time, machine, process.
  private static var newName: String {
    let seconds = Int(Date().timeIntervalSince1970)
    var host = [CChar](repeating: 0, count: 256)
    let isNamed = gethostname(&host, host.count - 1) == 0
    let name = String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return "\(namePrefix)\(seconds).\(isNamed ? name : "host").\(getpid())"
  }
}
