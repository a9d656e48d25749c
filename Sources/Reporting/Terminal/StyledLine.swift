/// A line of a terminal, in parts of different looks; each character takes one column.
struct StyledLine: Equatable {
  /// How a part looks.
  enum Style: Equatable {
    case plain
    case bold
    case warning
    case curve(Int)

    /// Numbers of ECMA-48's sequence "select graphic rendition".
    fileprivate var code: Int? {
      switch self {
      case .plain: nil
      case .bold: 1
      case .warning: 33
      case .curve(let number): [36, 32, 35, 34][number % 4]
      }
    }
  }

  private var parts: [(text: String, style: Style)]

  /// A line of one look, with � for what would command the terminal.
  init(_ text: String, _ style: Style = .plain) {
    parts = [(String(text.map { $0.isCommand ? "\u{FFFD}" : $0 }), style)]
  }

  static func == (left: StyledLine, right: StyledLine) -> Bool {
    left.text(isColored: true) == right.text(isColored: true)
  }

  /// Columns.
  var width: Int { parts.reduce(0) { $0 + $1.text.count } }

  /// Puts another line behind this one.
  func followed(by other: StyledLine) -> StyledLine {
    var line = self
    line.parts += other.parts
    return line
  }

  /// Cuts off, or fills up with blanks.
  func fitted(to width: Int) -> StyledLine {
    var (line, left) = (self, width)
    for index in line.parts.indices {
      line.parts[index].text = String(line.parts[index].text.prefix(left))
      left -= line.parts[index].text.count
    }
    return left > 0 ? line.followed(by: StyledLine(String(repeating: " ", count: left))) : line
  }

  /// The line for a terminal, without blanks at its end.
  func text(isColored: Bool) -> String {
    withoutBlanksAtItsEnd.parts.map { part in
      let code = isColored ? part.style.code : nil
      return code.map { "\u{1B}[\($0)m\(part.text)\u{1B}[0m" } ?? part.text
    }.joined()
  }

  private var withoutBlanksAtItsEnd: StyledLine {
    var line = self
    while var last = line.parts.popLast() {
      while last.text.last == " " { last.text.removeLast() }
      if last.text.isEmpty { continue }
      line.parts.append(last)
      break
    }
    return line
  }
}

extension Character {
  fileprivate var isCommand: Bool {
    unicodeScalars.contains {
      $0.properties.isBidiControl || $0.properties.generalCategory == .control
    }
  }
}
