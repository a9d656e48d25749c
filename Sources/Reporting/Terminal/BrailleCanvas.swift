/// A picture of dots, two across and four down in each character.
struct BrailleCanvas {
  /// Dots in a row.
  let width: Int
  /// Rows of dots.
  let height: Int
  private let columns: Int
  private var cells: [UInt8]

  /// The bits of a character's dots in Unicode's block U+2800, row by row.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  /// An empty picture.
  ///
  /// - Parameters:
  ///   - columns: Characters in a row, at least 1.
  ///   - rows: Rows of characters, at least 1.
  init(columns: Int, rows: Int) {
    precondition(columns > 0 && rows > 0, "\(columns)×\(rows) characters")
    self.columns = columns
    width = 2 * columns
    height = 4 * rows
    cells = [UInt8](repeating: 0, count: columns * rows)
  }

  /// Sets the dots between two places, both ends included; column from the left, row from the top.
  mutating func line(from start: (column: Int, row: Int), to end: (column: Int, row: Int)) {
    let across = end.column - start.column
    let down = end.row - start.row
    let steps = max(abs(across), abs(down))
    for step in 0...steps {
      let share = steps == 0 ? 0 : Double(step) / Double(steps)
      set(
        column: start.column + Int((share * Double(across)).rounded()),
        row: start.row + Int((share * Double(down)).rounded()))
    }
  }

  private mutating func set(column: Int, row: Int) {
    precondition(
      (0..<width).contains(column) && (0..<height).contains(row),
      "dot [\(row), \(column)] of [\(height), \(width)]")
    cells[row / 4 * columns + column / 2] |= Self.bits[row % 4][column % 2]
  }

  /// The rows as text, blanks where there is no dot.
  var lines: [String] {
    stride(from: 0, to: cells.count, by: columns).map { start in
      String(
        String.UnicodeScalarView(
          cells[start..<start + columns].map {
            $0 == 0 ? " " : Unicode.Scalar(0x2800 + UInt32($0)) ?? " "
          }))
    }
  }
}
