internal import Foundation

/// Draws one curve into a rectangle of characters.
struct CurvePlot {
  /// The fewest rows of a plot: name, three rows of dots, steps.
  static let leastHeight = 5

  let curve: Curve
  /// Its place among the curves of a screen, which chooses its color.
  let number: Int

  /// The name and the last number; the dots, with their range at the left; the steps.
  ///
  /// - Returns: `height` lines of `width` columns.
  func lines(width: Int, height: Int) -> [StyledLine] {
    let title = title.fitted(to: width)
    let empty = StyledLine("").fitted(to: width)
    let rows = max(1, height - 2)
    guard let range = curve.range, let first = curve.points.first, let last = curve.points.last
    else { return [title] + Array(repeating: empty, count: rows + 1) }
    let labels = [short(range.upperBound), short(range.lowerBound)]
    let margin = (labels.map(\.count).max() ?? 0) + 1
    let dots = dots(columns: max(1, width - margin), rows: rows, range)
    let body = dots.enumerated().map { row, dots in
      let label = row == 0 ? labels[0] : row == rows - 1 ? labels[1] : ""
      return StyledLine(padded(label, margin - 1) + "│").followed(
        by: StyledLine(dots, .curve(number)))
    }
    let steps = ends("\(first.step)", "\(last.step)", width: max(1, width - margin))
    let axis = StyledLine(String(repeating: " ", count: margin) + steps)
    return [title] + (body + [axis]).map { $0.fitted(to: width) }
  }

  /// The name and the last number.
  var title: StyledLine {
    let value = curve.points.last.map { short($0.value) } ?? "none yet"
    return StyledLine(curve.name + "  ").followed(by: StyledLine(value, .bold))
  }

  private func dots(columns: Int, rows: Int, _ range: ClosedRange<Double>) -> [String] {
    var canvas = BrailleCanvas(columns: columns, rows: rows)
    let (first, last) = (curve.points.first?.step ?? 0, curve.points.last?.step ?? 0)
    func place(_ point: Curve.Point) -> (column: Int, row: Int) {
      let across = Self.share(Double(point.step), in: Double(first)...Double(max(first, last)))
      let up = Self.share(point.value, in: range)
      return (
        Int((across * Double(canvas.width - 1)).rounded()),
        Int(((1 - up) * Double(canvas.height - 1)).rounded())
      )
    }
    var previous: (column: Int, row: Int)?
    for point in curve.points {
      let next = place(point)
      canvas.line(from: previous ?? next, to: next)
      previous = next
    }
    return canvas.lines
  }

  /// Where a number lies in a range: from 0 to 1, the middle of a range without extent.
  private static func share(_ value: Double, in range: ClosedRange<Double>) -> Double {
    let extent = range.upperBound - range.lowerBound
    return extent > 0 ? min(1, max(0, (value - range.lowerBound) / extent)) : 0.5
  }

  /// Two texts at the ends of a row; the right one alone where both have no room.
  private func ends(_ left: String, _ right: String, width: Int) -> String {
    let gap = width - left.count - right.count
    return gap > 0 && left != right
      ? left + String(repeating: " ", count: gap) + right : padded(right, width)
  }

  private func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private func short(_ value: Double) -> String { String(format: "%.4g", value) }
}
