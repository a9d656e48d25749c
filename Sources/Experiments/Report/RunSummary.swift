import Foundation

/// What a run's `summary.json` says, or would say by now.
struct RunSummary {
  /// Numbers by name.
  private(set) var numbers: [String: Double] = [:]
  /// Texts by name.
  private(set) var texts: [String: String] = [:]

  init() {}

  /// Takes the fields of a summary.
  init(_ fields: [(String, MetricValue)]) {
    for (name, value) in fields {
      if let number = value.double { numbers[name] = number }
      if case .text(let text) = value { texts[name] = text }
    }
  }

  /// Reads a summary; `nil` where there is none that is whole.
  init?(reading path: String) {
    guard let data = FileManager.default.contents(atPath: path), let fields = LoggedFields(data)
    else { return nil }
    numbers = fields.numbers
    texts = fields.texts
  }

  /// Reads the summary of a run; `nil` where there is none that is whole, or the run has gone on since.
  init?(of folder: RunFolder, after history: RunHistory) {
    self.init(reading: folder.summary)
    let last = max(history.steps.last?.step ?? 0, history.validations.last?.step ?? 0)
    if let step = whole("step"), step < last { return nil }
  }

  /// A row of the log in the place of a summary.
  init(_ row: RunHistory.Row) {
    numbers = row.values
    numbers["step"] = Double(row.step)
    numbers["wall_seconds"] = row.values["seconds"]
  }

  func whole(_ name: String) -> Int? { numbers[name].map { Int($0) } }
}
