extension String {
  /// The text as a terminal may get it: what would command it is written as `\u{1B}`.
  ///
  /// Names of folders, and texts from files, may hold anything.
  ///
  /// - Parameter keepsLineBreaks: Whether the text may have several lines.
  /// - Returns: The text.
  public func printable(keepsLineBreaks: Bool = false) -> String {
    func isHidden(_ scalar: Unicode.Scalar) -> Bool {
      scalar == "\n" ? !keepsLineBreaks : scalar.isCommand
    }
    guard unicodeScalars.contains(where: isHidden) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if isHidden(scalar) {
        text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
}

extension Unicode.Scalar {
  /// Whether it does something to a terminal, or to the order of the characters around it, instead
  /// of being shown.
  fileprivate var isCommand: Bool {
    switch value {
    case 0x09: false
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
