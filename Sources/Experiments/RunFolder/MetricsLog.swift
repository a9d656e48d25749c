internal import Foundation

/// The file to which a run appends one JSON object per line.
///
/// A resumed run goes back to its last checkpoint and computes some steps once more, bit for bit;
/// what is already in the file is then not appended again. On rank 0 only.
///
/// A class because the callback of the steps and that of the validations append to the same file.
public final class MetricsLog {
  /// Bytes of a last line without its end, which a kill had left and which were cut off.
  public let tornBytes: Int
  private let descriptor: FileDescriptor
  private var size: Int
  /// Lines that could not be written yet.
  private var waiting: [UInt8] = []
  private var lastSteps: [String: Int]

  /// Opens a log, which is made where there is none.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - continuing: Whether what is in the file belongs to this run, from whatever step it now
  ///     starts. If not, the file is kept under the next free name, `metrics-1.jsonl`.
  /// - Throws: ``RunFolderError``.
  public init(_ path: String, continuing: Bool) throws(RunFolderError) {
    if !continuing { try Self.setAside(path) }
    let descriptor = try FileDescriptor(opening: path, flags: O_RDWR | O_CREAT | O_APPEND)
    let bytes = try descriptor.readAll()
    let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    if whole < bytes.count { try descriptor.truncate(to: whole) }
    tornBytes = bytes.count - whole
    size = whole
    lastSteps = Self.lastSteps(bytes[..<whole])
    self.descriptor = descriptor
  }

  /// The last step of a kind that was appended, lines included that wait; `nil` where none was.
  ///
  /// - Parameter kind: As given to ``append(kind:step:fields:)``.
  /// - Returns: The step.
  public func lastStep(of kind: String) -> Int? { lastSteps[kind] }

  /// Appends `{"kind":…,"step":…,` and the fields, unless the step is in the file already.
  ///
  /// - Parameters:
  ///   - kind: `step` or `validation`; each kind's steps ascend.
  ///   - step: The optimizer's updates so far.
  ///   - fields: What was measured, in this order.
  /// - Throws: ``RunFolderError`` where the file takes no line, as on a full disk; it then ends with the
  ///   line before, and the new one is written with the next.
  public func append(
    kind: String, step: Int, fields: [(String, MetricValue)]
  ) throws(RunFolderError) {
    if let last = lastSteps[kind], step <= last { return }
    let members = [("kind", MetricValue.text(kind)), ("step", .integer(step))] + fields
    waiting += Array((MetricValue.object(members).json() + "\n").utf8)
    lastSteps[kind] = step
    let count = try descriptor.write(waiting)
    if count < waiting.count {
      try descriptor.truncate(to: size)
      throw .inputOutput(
        path: descriptor.path, function: "write", reason: "took \(count) of \(waiting.count) bytes")
    }
    size += count
    waiting = []
  }

  /// Waits until the disk has all lines.
  ///
  /// To be called before a checkpoint is written: after a power failure the run goes on from
  /// there, and lines from before it would be missing for ever.
  ///
  /// - Throws: ``RunFolderError``.
  public func synchronize() throws(RunFolderError) { try descriptor.synchronize() }

  private static func setAside(_ path: String) throws(RunFolderError) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let stem = (path as NSString).deletingPathExtension
    let suffix = (path as NSString).pathExtension
    var number = 1
    while FileManager.default.fileExists(atPath: "\(stem)-\(number).\(suffix)") { number += 1 }
    if rename(path, "\(stem)-\(number).\(suffix)") != 0 {
      throw .cannotWrite(path: path, function: "rename", reason: systemReason())
    }
  }

  /// The greatest step of each kind, from the beginnings of the lines.
  private static func lastSteps(_ bytes: ArraySlice<UInt8>) -> [String: Int] {
    var steps: [String: Int] = [:]
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let (kind, step) = kindAndStep(line) else { continue }
      steps[kind] = max(step, steps[kind] ?? step)
    }
    return steps
  }

  /// Reads the two members that ``append(kind:step:fields:)`` puts first.
  private static func kindAndStep(_ line: ArraySlice<UInt8>) -> (kind: String, step: Int)? {
    let before = Array(#"{"kind":""#.utf8)
    let between = Array(#"","step":"#.utf8)
    guard line.starts(with: before) else { return nil }
    let rest = line.dropFirst(before.count)
    guard let quote = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
    guard rest[quote...].starts(with: between) else { return nil }
    let digits = rest[quote...].dropFirst(between.count).prefix { (0x30...0x39).contains($0) }
    guard let step = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
    return (String(decoding: rest[..<quote], as: UTF8.self), step)
  }
}
