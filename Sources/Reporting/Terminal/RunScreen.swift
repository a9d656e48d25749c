internal import Foundation

/// What a terminal shows of a run: how far it has come, and its curves.
public struct RunScreen: Sendable, Equatable {
  private static let barWidth = 20
  /// Columns from which on curves stand side by side.
  private static let widthForTwo = 76

  /// What runs.
  public var title: String
  /// How much of it is done, from 0 to 1; `nil` where unknown.
  public var fraction: Double?
  /// Where it is, the most important first.
  public var place: [String]
  /// How fast it goes, the most important first.
  public var pace: [String]
  /// What somebody should know, as that it does not go on.
  public var notice: String?
  /// The curves, the most important first.
  public var curves: [Curve]

  /// Says what is to be shown.
  ///
  /// - Parameters:
  ///   - title: What runs.
  ///   - fraction: How much of it is done, from 0 to 1; `nil` where unknown.
  ///   - place: Where it is, the most important first.
  ///   - pace: How fast it goes, the most important first.
  ///   - notice: What somebody should know.
  ///   - curves: The curves, the most important first.
  public init(
    title: String, fraction: Double?, place: [String], pace: [String], notice: String?,
    curves: [Curve]
  ) {
    self.title = title
    self.fraction = fraction
    self.place = place
    self.pace = pace
    self.notice = notice
    self.curves = curves
  }

  /// Lays everything out.
  ///
  /// Curves that have no room are named with their last numbers.
  ///
  /// - Parameters:
  ///   - width: Columns at hand.
  ///   - height: Rows at hand.
  ///   - isColored: Whether sequences for color and bold may be used.
  /// - Returns: At most `height` lines of at most `width` columns.
  public func lines(width: Int, height: Int, isColored: Bool) -> [String] {
    let head = head(width: width)
    let lines = head + plots(width: width, height: height - head.count - 1)
    return lines.prefix(max(0, height)).map {
      $0.fitted(to: max(0, width)).text(isColored: isColored)
    }
  }

  private func head(width: Int) -> [StyledLine] {
    let notices = notice.map { wrapped($0, width: width).map { StyledLine($0, .warning) } } ?? []
    return [
      StyledLine(title, .bold), StyledLine(joined([bar] + place, width: width)),
      StyledLine(joined(pace, width: width)),
    ] + notices
  }

  private var bar: String {
    guard let fraction else { return "[\(String(repeating: " ", count: Self.barWidth))]" }
    let share = min(1, max(0, fraction))
    let done = Int(share * Double(Self.barWidth))
    return "[" + String(repeating: "█", count: done)
      + String(repeating: "░", count: Self.barWidth - done) + "]"
      + String(format: " %3d %%", Int(share * 100))
  }

  /// The curves below one another, or in two columns, as many as fit.
  private func plots(width: Int, height: Int) -> [StyledLine] {
    let columns = width >= Self.widthForTwo ? 2 : 1
    let wanted = (curves.count + columns - 1) / columns
    // A row less where not all are drawn, for the names of the others.
    let all = height / CurvePlot.leastHeight >= wanted
    let rows = all ? wanted : max(0, height - 1) / CurvePlot.leastHeight
    let plots = curves.enumerated().map { CurvePlot(curve: $1, number: $0) }
    let drawn = Array(plots.prefix(rows * columns))
    let each = rows > 0 ? (all ? height : height - 1) / rows : 0
    return [StyledLine("")]
      + stacked(drawn, columns: columns, width: width, height: each)
      + names(of: plots.dropFirst(drawn.count))
  }

  /// A line with the last numbers of curves that are not drawn.
  private func names(of plots: ArraySlice<CurvePlot>) -> [StyledLine] {
    guard let first = plots.first?.title else { return [] }
    return [
      plots.dropFirst().reduce(first) {
        $0.followed(by: StyledLine("   ")).followed(by: $1.title)
      }
    ]
  }

  private func stacked(
    _ plots: [CurvePlot], columns: Int, width: Int, height: Int
  ) -> [StyledLine] {
    let gap = StyledLine("  ")
    let each = columns == 2 ? (width - gap.width) / 2 : width
    var lines: [StyledLine] = []
    for start in stride(from: 0, to: plots.count, by: columns) {
      let left = plots[start].lines(width: each, height: height)
      guard columns == 2, start + 1 < plots.count else {
        lines += left
        continue
      }
      let right = plots[start + 1].lines(width: each, height: height)
      lines += zip(left, right).map { $0.followed(by: gap).followed(by: $1) }
    }
    return lines
  }

  /// As many of the parts, from the first, as fit.
  private func joined(_ parts: [String], width: Int) -> String {
    for count in parts.indices.reversed() {
      let line = parts[...count].joined(separator: "  ")
      if line.count <= width { return line }
    }
    return parts.first ?? ""
  }

  private func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
