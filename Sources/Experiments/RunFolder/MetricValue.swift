internal import Foundation

/// A value of the metrics and of the summary, as JSON knows it.
public enum MetricValue: Sendable {
  /// A real number; what is not finite becomes `null`, since JSON has no word for it.
  case number(Double)
  /// A whole number.
  case integer(Int)
  /// A text.
  case text(String)
  /// True or false.
  case flag(Bool)
  /// No value.
  case null
  /// Values in a row.
  case list([MetricValue])
  /// Values with names, in this order.
  case object([(String, MetricValue)])

  /// Writes the value as JSON.
  ///
  /// A number has the fewest digits that read back as the same `Double`.
  ///
  /// - Parameter indented: Whether each member of an object has a line of its own; lists stay on
  ///   one line.
  /// - Returns: JSON without a line break at its end; on one line unless indented.
  public func json(indented: Bool = false) -> String {
    var text = ""
    append(to: &text, depth: indented ? 0 : nil)
    return text
  }

  private func append(to text: inout String, depth: Int?) {
    switch self {
    case .number(let value): text += value.isFinite ? "\(value)" : "null"
    case .integer(let value): text += "\(value)"
    case .text(let value): text += Self.quoted(value)
    case .flag(let value): text += value ? "true" : "false"
    case .null: text += "null"
    case .list(let values):
      text += "["
      for (index, value) in values.enumerated() {
        text += index == 0 ? "" : ","
        value.append(to: &text, depth: nil)
      }
      text += "]"
    case .object(let members):
      Self.append(members, to: &text, depth: depth)
    }
  }

  private static func append(
    _ members: [(String, MetricValue)], to text: inout String, depth: Int?
  ) {
    let inner = depth.map { $0 + 1 }
    text += "{"
    for (index, member) in members.enumerated() {
      text += index == 0 ? "" : ","
      text += lineBreak(inner) + quoted(member.0) + (depth == nil ? ":" : ": ")
      member.1.append(to: &text, depth: inner)
    }
    text += (members.isEmpty ? "" : lineBreak(depth)) + "}"
  }

  private static func lineBreak(_ depth: Int?) -> String {
    depth.map { "\n" + String(repeating: "  ", count: $0) } ?? ""
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case "\u{0}"..<"\u{20}", "\u{7F}"..."\u{9F}":
        quoted += String(format: "\\u%04x", scalar.value)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
