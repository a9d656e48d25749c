import Foundation

/// The members of a line of the log, or of a summary.
///
/// `JSONDecoder` reads back the number that was written; `JSONSerialization` may miss it by the last bit.
struct LoggedFields: Decodable {
  private(set) var numbers: [String: Double] = [:]
  private(set) var texts: [String: String] = [:]

  private enum Value: Decodable {
    case number(Double)
    case text(String)
    case other

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else {
        self = .other
      }
    }
  }

  /// Reads an object of JSON; `nil` for anything else.
  init?(_ json: Data) {
    guard let fields = try? JSONDecoder().decode(LoggedFields.self, from: json) else { return nil }
    self = fields
  }

  init(from decoder: any Decoder) throws {
    let members = try decoder.singleValueContainer().decode([String: Value].self)
    for (name, value) in members {
      switch value {
      case .number(let number): numbers[name] = number
      case .text(let text): texts[name] = text
      case .other: break
      }
    }
  }
}
