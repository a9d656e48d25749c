import Files
import Foundation

/// What a run's log says, thinned so that it stays small however long the run gets.
struct RunHistory {
  /// Lines of one kind, of which every so-many-th is kept.
  struct Thinned {
    /// The lines kept, and the last one.
    var rows: [Row] { last.map { kept.last?.step == $0.step ? kept : kept + [$0] } ?? kept }
    private var kept: [Row] = []
    private(set) var last: Row?
    private var count = 0
    private var stride = 1

    /// Adds a line, if it is to be kept.
    ///
    /// - Returns: Whether it was whole, as far as it was looked at.
    @discardableResult
    mutating func add(_ row: @autoclosure () -> Row?, isLast: Bool) -> Bool {
      let isKept = count.isMultiple(of: stride)
      guard isKept || isLast else {
        count += 1
        return true
      }
      // The next line takes the place of one that is none.
      guard let row = row() else { return false }
      count += 1
      if isLast { last = row }
      guard isKept else { return true }
      kept.append(row)
      guard kept.count > RunHistory.most else { return true }
      stride *= 2
      kept = stride(of: kept)
      return true
    }

    private func stride(of rows: [Row]) -> [Row] {
      rows.indices.filter { $0.isMultiple(of: 2) }.map { rows[$0] }
    }
  }

  /// A line of the log.
  struct Row {
    let step: Int
    let values: [String: Double]
  }

  /// Where a run started, the first time or to go on.
  struct Start: Equatable {
    let step: Int
    let ranks: Int?
    /// The time, as ISO 8601 has it.
    let time: String?
  }

  /// The most lines of a kind that are kept.
  static let most = 1000

  /// The logged steps.
  private(set) var steps = Thinned()
  /// The validations.
  private(set) var validations = Thinned()
  /// All starts; none in logs of versions that did not write them.
  private(set) var starts: [Start] = []
  /// The lines of those that were looked at which are none; the last may be torn.
  private(set) var damagedLines = DamagedLines("")

  init() {}

  /// Reads a log; a line that is none is passed over.
  ///
  /// - Parameter path: The file; an empty history where there is none.
  /// - Throws: `FileError` where it cannot be read.
  init(reading path: String) throws(FileError) {
    damagedLines = DamagedLines(path)
    let data: [UInt8]
    do throws(FileError) {
      data = try RegularFile.contents(of: path)
    } catch {
      if case .missing = error { return }
      throw error
    }
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let kinds = [RunHistory.start("step"), RunHistory.start("validation")]
    let starting = RunHistory.start(MetricsLog.startKind)
    let lasts = kinds.map { kind in
      lines.lastIndex { $0.starts(with: kind) && RunHistory.row($0) != nil }
    }
    for (index, line) in lines.enumerated() where !line.isEmpty {
      let isWhole =
        if line.starts(with: kinds[0]) {
          steps.add(RunHistory.row(line), isLast: index == lasts[0])
        } else if line.starts(with: kinds[1]) {
          validations.add(RunHistory.row(line), isLast: index == lasts[1])
        } else if line.starts(with: starting) {
          add(start: line)
        } else {
          // What a later version logs besides is not for this one.
          line.starts(with: RunHistory.anyStart)
        }
      if !isWhole, index < lines.count - 1 { damagedLines.numbers.append(index + 1) }
    }
  }

  /// Adds what was appended to the log.
  ///
  /// - Parameters:
  ///   - kind: `step`, `validation` or `start`.
  ///   - step: The optimizer's updates so far; what is not beyond the last line is passed over, but
  ///     for starts.
  ///   - fields: What was measured.
  mutating func add(kind: String, step: Int, fields: [(String, MetricValue)]) {
    if kind == MetricsLog.startKind { return add(startAt: step, fields: fields) }
    let last = kind == "step" ? steps.last : validations.last
    guard step > last?.step ?? -1 else { return }
    let values = fields.compactMap { name, value in value.double.map { (name, $0) } }
    let row = Row(step: step, values: Dictionary(values) { $1 })
    if kind == "step" {
      steps.add(row, isLast: true)
    } else {
      validations.add(row, isLast: true)
    }
  }

  /// Adds a start.
  ///
  /// - Parameters:
  ///   - step: The step that it goes on from.
  ///   - fields: What else the log says of it.
  private mutating func add(startAt step: Int, fields: [(String, MetricValue)]) {
    let summary = RunSummary(fields)
    starts.append(Start(step: step, ranks: summary.whole("ranks"), time: summary.texts["time"]))
  }

  /// Adds the line of a start.
  ///
  /// - Returns: Whether it is one.
  private mutating func add(start line: ArraySlice<UInt8>) -> Bool {
    guard let fields = LoggedFields(Data(line)),
      let step = fields.numbers["step"].flatMap({ Int(count: $0) })
    else { return false }
    let ranks = fields.numbers["ranks"].flatMap { Int(count: $0) }
    starts.append(Start(step: step, ranks: ranks, time: fields.texts["time"]))
    return true
  }

  private static let anyStart = Array(#"{"kind":""#.utf8)

  private static func start(_ kind: String) -> [UInt8] { anyStart + Array(#"\#(kind)""#.utf8) }

  private static func row(_ line: ArraySlice<UInt8>) -> Row? {
    // A torn or foreign line says nothing.
    guard let fields = LoggedFields(Data(line)),
      let step = fields.numbers["step"].flatMap({ Int(count: $0) })
    else { return nil }
    var values = fields.numbers
    values["step"] = nil
    return Row(step: step, values: values)
  }
}

extension MetricValue {
  /// The value as a number, where it is one.
  var double: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
}
