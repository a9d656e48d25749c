internal import Files
internal import Foundation

/// The folder in which one run leaves everything, under fixed names.
public struct RunFolder: Sendable {
  /// The folder.
  public let path: String

  /// Names a folder, without looking at it.
  ///
  /// - Parameter path: The folder.
  public init(_ path: String) { self.path = path }

  /// The resolved configuration, in YAML.
  public var configuration: String { file("config.yaml") }
  /// One JSON object per line, for each logged step and each validation.
  public var metrics: String { file("metrics.jsonl") }
  /// The final metrics, in JSON.
  public var summary: String { file("summary.json") }
  /// The folder of the checkpoints.
  public var checkpoints: String { file("checkpoints") }
  /// The folder of the pictures.
  public var figures: String { file("figures") }
  /// The page that shows the run.
  public var report: String { file("report.html") }
  /// What the run is called: its folder's own name.
  var name: String { URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent }
  /// The folder of what TensorBoard shows.
  public var events: String { file("tensorboard") }

  /// The folder in which the launch that trains says so.
  var lock: String { file("lock") }

  /// Whether a run was begun here: it has left its configuration, or a checkpoint.
  public var holdsRun: Bool {
    let files = try? FileManager.default.contentsOfDirectory(atPath: checkpoints)
    return FileManager.default.fileExists(atPath: configuration)
      || (files ?? []).contains { $0.hasPrefix("step-") && $0.hasSuffix(".h5") }
  }

  /// Sees whether the folder is one for a run: there is none yet, or it is empty, or holds one.
  ///
  /// What a launch left that came to nothing, the script of a job, configurations, and logs into
  /// which somebody leads our output (`.log`, `.out`, `.err`, `.txt`) do not count.
  ///
  /// - Throws: ``RunFolderError/foreign(path:names:)`` that names what is there,
  ///   ``RunFolderError/notAFolder(path:)``.
  func checkIsForRun() throws(RunFolderError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
    if !isFolder.boolValue { throw .notAFolder(path: path) }
    if holdsRun { return }
    try checkIsEmpty(but: ["lock", "messages.txt", "prepared", "train.sbatch"])
  }

  /// Sees whether there is nothing here but some files, logs, what file systems keep, and empty
  /// folders of a run.
  ///
  /// - Parameter names: The names that may be there.
  /// - Throws: ``RunFolderError/foreign(path:names:)``.
  func checkIsEmpty(but names: Set<String>) throws(RunFolderError) {
    let here: [String]
    do throws(FileError) {
      here = try Disk.names(in: path)
    } catch {
      throw RunFolderError(error)
    }
    let odd = here.filter { name in
      if names.contains(name) || RunFolder.systemNames.contains(where: name.hasPrefix) {
        return false
      }
      if RunFolder.logs.contains(where: name.hasSuffix) { return false }
      // Of a launch that was killed while it wrote its first file.
      if name.hasSuffix(Disk.temporarySuffix) { return false }
      return !([checkpoints, figures, events].contains(file(name)) && isEmptyFolder(file(name)))
    }
    if !odd.isEmpty { throw .foreign(path: path, names: odd) }
  }

  private static let systemNames = [".", "lost+found", "core."]
  private static let logs = [".log", ".out", ".err", ".txt", ".yaml", ".yml"]

  private func isEmptyFolder(_ path: String) -> Bool {
    (try? FileManager.default.contentsOfDirectory(atPath: path))?.isEmpty == true
  }

  /// Makes the folder and those in it, as far as they are missing.
  ///
  /// Asks at once whether files can be made there: otherwise a run would learn it only with its
  /// first checkpoint.
  ///
  /// - Throws: ``RunFolderError`` that names the path that stands in the way.
  public func create() throws(RunFolderError) {
    for folder in [path, checkpoints, figures] {
      try make(folder)
      if access(folder, W_OK | X_OK) != 0 {
        throw .cannotWrite(path: folder, function: "access", reason: systemReason())
      }
    }
  }

  /// Makes the folder alone, as far as it is missing.
  ///
  /// - Throws: ``RunFolderError`` that names the path that stands in the way.
  func make() throws(RunFolderError) { try make(path) }

  /// The path of a file here.
  ///
  /// - Parameter name: Its name.
  /// - Returns: The path.
  public func file(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }

  /// The path of a picture.
  ///
  /// - Parameter name: Its name, with extension.
  /// - Returns: The path.
  public func figure(_ name: String) -> String {
    (figures as NSString).appendingPathComponent(name)
  }

  /// Writes ``configuration``, whole or not at all.
  ///
  /// - Parameter yaml: The resolved configuration.
  /// - Throws: ``RunFolderError``.
  public func writeConfiguration(_ yaml: String) throws(RunFolderError) {
    try writeAtomically(yaml, to: configuration)
  }

  /// Writes ``summary``, whole or not at all.
  ///
  /// - Parameter fields: The members, in this order.
  /// - Throws: ``RunFolderError``.
  public func writeSummary(_ fields: [(String, MetricValue)]) throws(RunFolderError) {
    try writeAtomically(MetricValue.object(fields).json(indented: true) + "\n", to: summary)
  }

  /// Writes ``report``, whole or not at all.
  ///
  /// - Parameter html: The page.
  /// - Throws: ``RunFolderError``.
  func writeReport(_ html: String) throws(RunFolderError) { try writeAtomically(html, to: report) }

  private func make(_ folder: String) throws(RunFolderError) {
    if mkdir(folder, 0o755) == 0 { return }
    var code = errno
    let above = URL(fileURLWithPath: folder).deletingLastPathComponent().path
    if (code == ENOENT || code == ENOTDIR) && !above.isEmpty && above != folder {
      // Throws, with its name, where a file stands in the way further up.
      try make(above)
      if mkdir(folder, 0o755) == 0 { return }
      code = errno
    }
    let reason = String(cString: strerror(code))
    guard code == EEXIST else {
      throw .cannotWrite(path: folder, function: "mkdir", reason: reason)
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
      // A link that leads nowhere exists for mkdir only.
      throw .cannotWrite(path: folder, function: "mkdir", reason: "dead link")
    }
    if !isFolder.boolValue { throw .notAFolder(path: folder) }
  }
}
