extension ParallelCoordinates {
  private static let left = 80.0
  private static let gap = 155.0
  private static let top = 50.0
  private static let bottom = 280.0
  /// Where lines go that have no value on an axis.
  private static let below = 305.0

  private var hasGaps: Bool { lines.contains { $0.values.contains { $0 == nil } } }

  /// Wide enough for its axes: it must not become so small that nobody reads its numbers.
  var drawing: Markup {
    let width =
      2 * ParallelCoordinates.left + Double(columns.count - 1) * ParallelCoordinates.gap
    let height = hasGaps ? 318.0 : 292.0
    let style = "min-width:\(Int(width * 0.85))px;max-width:\(Int(width * 1.25))px"
    return Markup.element(
      "svg",
      [
        ("class", "parallel"), ("viewBox", "0 0 \(Int(width)) \(Int(height))"), ("style", style),
        ("role", "group"),
        ("aria-label", "\(title): \(lines.count) lines over \(columns.count) axes"),
      ], columns.indices.map(grid) + lines.map(draw) + columns.indices.map(words))
  }

  private func place(_ column: Int) -> Double {
    ParallelCoordinates.left + Double(column) * ParallelCoordinates.gap
  }

  private func place(_ value: Double?, on column: Int) -> Double {
    guard let value else { return ParallelCoordinates.below }
    let length = ParallelCoordinates.bottom - ParallelCoordinates.top
    return ParallelCoordinates.bottom - axes[column].fraction(value) * length
  }

  private func grid(_ column: Int) -> Markup {
    let x = NumberText.place(place(column))
    let ticks = ticks(column).map { tick in
      "M\(x) \(NumberText.place(place(tick.value, on: column)))h-5"
    }
    let (top, bottom) = (ParallelCoordinates.top, ParallelCoordinates.bottom)
    return .element(
      "path",
      [
        ("class", "grid upright"),
        ("d", "M\(x) \(NumberText.place(top))V\(NumberText.place(bottom))\(ticks.joined())"),
      ])
  }

  /// An axis on which no line has a value has no numbers either.
  private func ticks(_ column: Int) -> [Axis.Tick] {
    lines.contains { $0.values[column] != nil } ? axes[column].ticks : []
  }

  /// Over the lines, with a rim that keeps the two apart.
  private func words(_ column: Int) -> Markup {
    let x = place(column)
    func text(_ text: String, _ x: Double, _ y: Double, _ anchor: String, _ name: String) -> Markup
    {
      .element(
        "text",
        [
          ("class", name), ("x", NumberText.place(x)), ("y", NumberText.place(y)),
          ("text-anchor", anchor),
        ], text: text)
    }
    let ticks = ticks(column).map { tick in
      text(tick.text, x - 8, place(tick.value, on: column) + 4, "end", "rim")
    }
    let gap =
      lines.contains { $0.values[column] == nil }
      ? [text("–", x - 8, ParallelCoordinates.below + 4, "end", "rim")] : []
    let (above, name) = heading(columns[column])
    return .element(
      "g", [],
      [
        .element("title", text: columns[column].name), text(above, x, 16, "middle", "above"),
        text(name, x, 32, "middle", "name"),
      ] + ticks + gap)
  }

  /// The beginning of a path, or a note, and below it the name that counts.
  private func heading(_ column: Column) -> (above: String, name: String) {
    let parts = column.name.split(separator: ".", omittingEmptySubsequences: false)
    let start = parts.dropLast().joined(separator: ".")
    let above = column.note.isEmpty ? start : column.note
    return (above.shortened(to: 24), String(parts.last ?? "").shortened(to: 22))
  }

  private func draw(_ line: Line) -> Markup {
    let path =
      columns.indices.map { column in
        let (x, y) = (place(column), place(line.values[column], on: column))
        return "\(column == 0 ? "M" : "L")\(NumberText.place(x)) \(NumberText.place(y))"
      }.joined() + (columns.count == 1 ? "h0.1" : "")
    let text = "\(line.name): \(values(of: line))"
    let color = line.rank.map { "--rank:\(Int(($0 * 100).rounded()))%" }
    return .element(
      "g",
      [
        ("class", "thing \(color == nil ? "c5" : "ranked")\(line.isMain ? " main" : "")"),
        ("tabindex", "0"), ("role", "img"), ("aria-label", text),
      ] + (color.map { [("style", $0)] } ?? []),
      [
        // Thin lines are hard to meet with a pointer.
        .element("path", [("class", "reach"), ("d", path)]),
        .element("path", [("class", "curve \(line.style.rawValue)"), ("d", path)]),
        .element("title", text: text),
      ])
  }

  private func values(of line: Line) -> String {
    zip(columns, line.values).map { column, value in
      "\(column.name) \(value.map { column.scale.text($0) } ?? "–")"
    }.joined(separator: ", ")
  }
}
