/// A table whose first column names the rows.
public struct DataTable {
  private let caption: String
  private let headers: [String]
  private let rows: [[String]]
  private let isText: Bool
  private let links: [String?]

  /// Makes a table.
  ///
  /// - Parameters:
  ///   - caption: What it shows; read aloud, and shown where not empty.
  ///   - headers: What each column holds.
  ///   - rows: As many cells each; the first is the row's name.
  ///   - isText: Whether cells are texts, which begin at the left, and not numbers.
  ///   - links: Where the name of each row leads to; none where empty.
  public init(
    _ caption: String, headers: [String], rows: [[String]], isText: Bool = false,
    links: [String?] = []
  ) {
    precondition(
      rows.allSatisfy { $0.count == headers.count }, "rows without \(headers.count) cells")
    self.caption = caption
    self.headers = headers
    self.rows = rows
    self.isText = isText
    self.links = links
  }

  /// The table, which scrolls sideways where the screen is narrow.
  public var markup: Markup {
    let head = Markup.element(
      "tr", [], headers.map { .element("th", [("scope", "col")], text: $0) })
    let body = rows.enumerated().map { place, row in
      Markup.element(
        "tr", [],
        row.enumerated().map { column, cell in
          column == 0
            ? .element("th", [("scope", "row")], [name(cell, of: place)])
            : .element("td", text: cell)
        })
    }
    let table = Markup.element(
      "table", isText ? [("class", "text")] : [],
      [
        .element("caption", text: caption), .element("thead", [], [head]),
        .element("tbody", [], body),
      ])
    return .element(
      "div",
      [("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", caption)],
      [table])
  }
  private func name(_ text: String, of row: Int) -> Markup {
    guard links.indices.contains(row), let link = links[row] else { return Markup(text) }
    return .element("a", [("href", link)], text: text)
  }
}
