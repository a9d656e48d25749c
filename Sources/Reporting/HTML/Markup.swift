/// A piece of HTML or SVG in which every text from outside is escaped.
///
/// The only way to make one from a text of unknown contents is ``init(_:)``, and attributes are escaped by
/// ``element(_:_:_:)``; so no value of a configuration can become a tag.
public struct Markup: Sendable, Equatable {
  /// The HTML.
  public let html: String

  /// Escapes a plain text.
  ///
  /// - Parameter plain: Any text.
  public init(_ plain: String) { html = Markup.escaped(plain) }

  /// Takes what this room has put together as HTML.
  init(trusted html: String) { self.html = html }

  /// Nothing.
  public static let empty = Markup(trusted: "")

  /// An element with its contents.
  ///
  /// - Parameters:
  ///   - name: The tag, such as `p`.
  ///   - attributes: Names, and values of any contents.
  ///   - children: The contents; none for elements without an end tag, such as `img`.
  /// - Returns: The element.
  public static func element(
    _ name: String, _ attributes: [(String, String)] = [], _ children: [Markup] = []
  ) -> Markup {
    var html = "<\(name)"
    for (key, value) in attributes { html += " \(key)=\"\(escaped(value))\"" }
    html += ">"
    guard !withoutEnd.contains(name) else { return Markup(trusted: html) }
    for child in children { html += child.html }
    return Markup(trusted: html + "</\(name)>")
  }

  /// An element around a plain text.
  ///
  /// - Parameters:
  ///   - name: The tag.
  ///   - attributes: Names, and values of any contents.
  ///   - text: Any text.
  /// - Returns: The element.
  public static func element(
    _ name: String, _ attributes: [(String, String)] = [], text: String
  ) -> Markup {
    element(name, attributes, [Markup(text)])
  }

  /// Pieces one behind the other.
  ///
  /// - Parameter parts: The pieces.
  /// - Returns: One piece.
  public static func sequence(_ parts: [Markup]) -> Markup {
    Markup(trusted: parts.map(\.html).joined())
  }

  /// HTML elements that have no end tag.
  private static let withoutEnd: Set = ["img", "meta", "br"]

  /// Replaces what HTML would take for markup, in texts and in attributes, and what it cannot hold.
  private static func escaped(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      byte >= 0x20 && byte != 0x7F && !special.contains(byte)
    }
    if isPlain { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\n", "\t": escaped.unicodeScalars.append(scalar)
      case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static let special = Set("&<>\"'".utf8)
}
