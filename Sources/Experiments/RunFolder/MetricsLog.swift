/// The file to which a run appends one JSON object per line.
///
/// A resumed run goes back to its last checkpoint and computes some steps once more, bit for bit;
/// what is already in the file is then not appended again. On rank 0 only.
///
/// A class because the callback of the steps and that of the validations append to the same file.
public final class MetricsLog {
  /// The kind of the lines that say where a run started, the first time and each time that it went
  /// on.
  static let startKind = "start"

  private var file: AppendedFile
  private var lastSteps: [String: Int]

  /// Opens a log, which is made where there is none.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - continuing: Whether what is in the file belongs to this run, from whatever step it now
  ///     starts. If not, the file is kept under the next free name, `metrics-1.jsonl`.
  /// - Throws: ``RunFolderError``.
  public init(_ path: String, continuing: Bool) throws(RunFolderError) {
    if !continuing { try AppendedFile.setAside(path) }
    var lastSteps: [String: Int] = [:]
    file = try AppendedFile(path) { bytes in
      let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      lastSteps = Self.lastSteps(bytes[..<whole])
      return whole
    }
    self.lastSteps = lastSteps
  }

  /// Bytes of a last line without its end, which a kill had left and which were cut off.
  public var tornBytes: Int { file.tornBytes }

  /// The last step of a kind that was appended, lines included that wait; `nil` where none was.
  ///
  /// - Parameter kind: As given to ``append(kind:step:fields:)``.
  /// - Returns: The step.
  public func lastStep(of kind: String) -> Int? { lastSteps[kind] }

  /// Appends `{"kind":…,"step":…,` and the fields, unless the step is in the file already.
  ///
  /// - Parameters:
  ///   - kind: `step` or `validation`, whose steps ascend, or `start`, of which every line is
  ///     appended.
  ///   - step: The optimizer's updates so far.
  ///   - fields: What was measured, in this order.
  /// - Throws: ``RunFolderError`` where the file takes no line, as on a full disk; it then ends
  ///   with the line before, and the new one is written with the next.
  public func append(
    kind: String, step: Int, fields: [(String, MetricValue)]
  ) throws(RunFolderError) {
    if kind != Self.startKind, let last = lastSteps[kind], step <= last { return }
    let members = [("kind", MetricValue.text(kind)), ("step", .integer(step))] + fields
    lastSteps[kind] = step
    try file.append(Array((MetricValue.object(members).json() + "\n").utf8))
  }

  /// Waits until the disk has all lines.
  ///
  /// To be called before a checkpoint is written: after a power failure the run goes on from
  /// there, and lines from before it would be missing for ever.
  ///
  /// - Throws: ``RunFolderError``.
  public func synchronize() throws(RunFolderError) { try file.synchronize() }

  /// The last step of each kind, from the beginnings of the lines.
  ///
  /// Steps ascend, so that the last is the greatest one, unless a line before it is damaged.
  private static func lastSteps(_ bytes: ArraySlice<UInt8>) -> [String: Int] {
    var steps: [String: Int] = [:]
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let (kind, step) = kindAndStep(line) else { continue }
      steps[kind] = step
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
    guard let step = Int(String(decoding: digits, as: UTF8.self)), step.isCount else { return nil }
    return (String(decoding: rest[..<quote], as: UTF8.self), step)
  }
}
