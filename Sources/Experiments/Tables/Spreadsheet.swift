/// Rows of cells as other programs read them.
enum Spreadsheet {
  /// Comma-separated values as RFC 4180 has them.
  ///
  /// - Parameter rows: The rows; the first holds the names of the columns.
  /// - Returns: A line a row, each with its end.
  static func csv(_ rows: [[String]]) -> String {
    rows.map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func quoted(_ cell: String) -> String {
    let isPlain = !cell.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
    return isPlain ? cell : "\"\(cell.replacing("\"", with: "\"\""))\""
  }
}
