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

    mutating func add(_ row: @autoclosure () -> Row?, isLast: Bool) {
      let isKept = count.isMultiple(of: stride)
      count += 1
      guard isKept || isLast, let row = row() else { return }
      if isLast { last = row }
      guard isKept else { return }
      kept.append(row)
      guard kept.count > RunHistory.most else { return }
      stride *= 2
      kept = stride(of: kept)
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

  init() {}

  /// Reads a log; a line that is none is passed over.
  ///
  /// - Parameter path: The file; an empty history where there is none.
  init(reading path: String) {
    guard let data = FileManager.default.contents(atPath: path) else { return }
    let lines = data.split(separator: UInt8(ascii: "\n"))
    let kinds = [RunHistory.start("step"), RunHistory.start("validation")]
    let starting = RunHistory.start(MetricsLog.startKind)
    let lasts = kinds.map { kind in lines.lastIndex { $0.starts(with: kind) } }
    for (index, line) in lines.enumerated() {
      if line.starts(with: kinds[0]) {
        steps.add(RunHistory.row(line), isLast: index == lasts[0])
      } else if line.starts(with: kinds[1]) {
        validations.add(RunHistory.row(line), isLast: index == lasts[1])
      } else if line.starts(with: starting), let fields = LoggedFields(Data(line)) {
        add(start: fields)
      }
    }
  }

  /// Adds what was appended to the log.
  ///
  /// - Parameters:
  ///   - kind: `step`, `validation` or `start`.
  ///   - step: The optimizer's updates so far; what is not beyond the last line is passed over, but for starts.
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

  private mutating func add(start fields: LoggedFields) {
    guard let step = fields.numbers["step"] else { return }
    starts.append(
      Start(
        step: Int(step), ranks: fields.numbers["ranks"].map { Int($0) }, time: fields.texts["time"])
    )
  }

  private static func start(_ kind: String) -> [UInt8] { Array(#"{"kind":"\#(kind)""#.utf8) }

  private static func row(_ line: Data.SubSequence) -> Row? {
    // A torn or foreign line says nothing.
    guard let fields = LoggedFields(Data(line)), let step = fields.numbers["step"] else {
      return nil
    }
    var values = fields.numbers
    values["step"] = nil
    return Row(step: Int(step), values: values)
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
