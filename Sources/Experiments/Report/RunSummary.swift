import Files
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
  ///
  /// - Parameter path: The file.
  /// - Throws: `FileError` where it is there but cannot be read.
  init?(reading path: String) throws(FileError) {
    let data: [UInt8]
    do throws(FileError) {
      data = try RegularFile.contents(of: path)
    } catch {
      if case .missing = error { return nil }
      throw error
    }
    guard let fields = LoggedFields(Data(data)) else { return nil }
    numbers = fields.numbers
    texts = fields.texts
  }

  /// Reads the summary of a run; `nil` where there is none that is whole, or the run has gone on
  /// since.
  init?(of folder: RunFolder, after history: RunHistory) throws(FileError) {
    try self.init(reading: folder.summary)
    let last = max(history.steps.last?.step ?? 0, history.validations.last?.step ?? 0)
    if let step = whole("step"), step < last { return nil }
  }

  /// A row of the log in the place of a summary.
  init(_ row: RunHistory.Row) {
    numbers = row.values
    numbers["step"] = Double(row.step)
    numbers["wall_seconds"] = row.values["seconds"]
  }

  /// A number of things; `nil` where there is none, or the file has what can be none.
  func whole(_ name: String) -> Int? { numbers[name].flatMap { Int(count: $0) } }
}
