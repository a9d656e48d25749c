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

  /// The most lines of a kind that are kept.
  static let most = 1000

  /// The logged steps.
  private(set) var steps = Thinned()
  /// The validations.
  private(set) var validations = Thinned()

  init() {}

  /// Reads a log; a line that is none is passed over.
  ///
  /// - Parameter path: The file; an empty history where there is none.
  init(reading path: String) {
    guard let data = FileManager.default.contents(atPath: path) else { return }
    let lines = data.split(separator: UInt8(ascii: "\n"))
    let kinds = [RunHistory.start("step"), RunHistory.start("validation")]
    let lasts = kinds.map { kind in lines.lastIndex { $0.starts(with: kind) } }
    for (index, line) in lines.enumerated() {
      if line.starts(with: kinds[0]) {
        steps.add(RunHistory.row(line), isLast: index == lasts[0])
      } else if line.starts(with: kinds[1]) {
        validations.add(RunHistory.row(line), isLast: index == lasts[1])
      }
    }
  }

  /// Adds what was appended to the log.
  ///
  /// - Parameters:
  ///   - kind: `step` or `validation`.
  ///   - step: The optimizer's updates so far; what is not beyond the last line is passed over.
  ///   - fields: What was measured.
  mutating func add(kind: String, step: Int, fields: [(String, MetricValue)]) {
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
