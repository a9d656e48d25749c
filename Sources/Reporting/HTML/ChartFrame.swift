/// The part that all charts have in common: two axes, a grid, and what is drawn between them.
struct ChartFrame {
  let x: Axis
  let y: Axis
  let xLabel: String

  static let width = 400.0
  static let height = 240.0
  private static let left = 48.0
  private static let right = 388.0
  private static let top = 10.0
  private static let bottom = 200.0

  func place(x value: Double) -> Double {
    ChartFrame.left + x.fraction(value) * (ChartFrame.right - ChartFrame.left)
  }

  func place(y value: Double) -> Double {
    ChartFrame.bottom - y.fraction(value) * (ChartFrame.bottom - ChartFrame.top)
  }

  /// A line through points, in the language of paths.
  func line(through points: [(x: Double, y: Double)]) -> String {
    var path = ""
    for (index, point) in points.enumerated() {
      path +=
        "\(index == 0 ? "M" : "L")\(NumberText.place(place(x: point.x))) "
        + NumberText.place(place(y: point.y))
    }
    return path
  }

  /// The drawing.
  ///
  /// - Parameters:
  ///   - label: What it shows, in words.
  ///   - attributes: Further attributes of the drawing.
  ///   - marks: What is drawn over the grid.
  /// - Returns: An element `svg`.
  func svg(label: String, attributes: [(String, String)] = [], _ marks: [Markup]) -> Markup {
    Markup.element(
      "svg",
      [
        ("viewBox", "0 0 \(Int(ChartFrame.width)) \(Int(ChartFrame.height))"), ("role", "img"),
        ("aria-label", label),
      ] + attributes, grid + marks)
  }

  private var grid: [Markup] {
    let text = NumberText.place
    let (left, right) = (text(ChartFrame.left), text(ChartFrame.right))
    let rows = y.ticks.flatMap { tick -> [Markup] in
      let y = place(y: tick.value)
      return [
        .element("path", [("class", "grid"), ("d", "M\(left) \(text(y))H\(right)")]),
        .element(
          "text",
          [("x", text(ChartFrame.left - 6)), ("y", text(y + 4)), ("text-anchor", "end")],
          text: tick.text),
      ]
    }
    let columns = x.ticks.map { tick in
      let x = place(x: tick.value)
      // The numbers at the ends must not leave the drawing.
      let anchor = x > ChartFrame.right - 12 ? "end" : "middle"
      return Markup.element(
        "text",
        [
          ("x", text(anchor == "end" ? ChartFrame.right + 8 : x)),
          ("y", text(ChartFrame.bottom + 17)),
          ("text-anchor", anchor),
        ],
        text: tick.text)
    }
    let label = Markup.element(
      "text",
      [
        ("class", "label"), ("x", text((ChartFrame.left + ChartFrame.right) / 2)),
        ("y", text(ChartFrame.height - 6)), ("text-anchor", "middle"),
      ], text: xLabel)
    return rows + columns + [label]
  }
}
