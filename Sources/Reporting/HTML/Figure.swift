/// A drawing with its title, what it is measured in, and a legend.
struct Figure {
  let title: String
  let unit: String
  var legend: [(name: String, mark: String)] = []
  var note: Markup = .empty
  /// Whether it takes the page's whole width.
  var isWide = false

  /// Puts title and legend above a drawing.
  ///
  /// - Parameter drawing: What is shown.
  /// - Returns: An element `figure`.
  func around(_ drawing: Markup) -> Markup {
    let heading = Markup.element(
      "figcaption", [],
      [.element("strong", text: title)]
        + (unit.isEmpty ? [] : [Markup(" "), .element("span", [("class", "unit")], text: unit)]))
    let entries = legend.map { entry in
      Markup.element(
        "li", [],
        [.element("span", [("class", "key \(entry.mark)")]), .element("span", text: entry.name)])
    }
    let list = legend.count < 2 ? Markup.empty : .element("ul", [("class", "legend")], entries)
    return .element(
      "figure", [("class", isWide ? "chart wide" : "chart")], [heading, list, drawing, note])
  }
}
