/// Rows of cells as a terminal shows them.
enum TextTable {
  /// How narrow a column may become before lines are cut.
  private static let narrowest = 4

  /// Cells in columns; all but the first one end at the right.
  ///
  /// - Parameters:
  ///   - rows: As many cells each.
  ///   - width: The most characters of a line: the widest columns are shortened, and at last the lines.
  /// - Returns: A line a row.
  static func lines(_ rows: [[String]], width: Int = .max) -> [String] {
    let rows = rows.map { $0.map(printable) }
    let widths = fitted(
      (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 },
      to: width)
    return rows.map { row in
      let line = row.enumerated().map { column, cell in
        let cell = shortened(cell, to: widths[column])
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + space : space + cell
      }.joined(separator: "  ")
      return shortened(line, to: width)
    }
  }

  private static func fitted(_ widths: [Int], to width: Int) -> [Int] {
    var widths = widths
    func total() -> Int { widths.reduce(0, +) + 2 * (widths.count - 1) }
    while total() > width, let widest = widths.max(), widest > narrowest,
      let place = widths.lastIndex(of: widest)
    {
      widths[place] -= 1
    }
    return widths
  }

  private static func shortened(_ text: String, to width: Int) -> String {
    text.count <= width ? text : "\(text.prefix(max(0, width - 1)))…"
  }

  /// Without line ends, and without what terminals take for commands.
  private static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}
