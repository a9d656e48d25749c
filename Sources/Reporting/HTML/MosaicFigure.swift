/// A mosaic of small pictures, each of which says what it is under the pointer and by the keyboard.
public struct MosaicFigure {
  private let title: String
  private let note: String
  private let picture: Picture
  private let columns: Int
  private let rows: Int
  private let texts: [String]

  /// Makes a figure of a mosaic whose pictures are one pixel apart.
  ///
  /// - Parameters:
  ///   - title: What is shown.
  ///   - note: In which order.
  ///   - mosaic: The mosaic.
  ///   - columns: Pictures in a row.
  ///   - texts: What each picture is, row by row.
  /// - Throws: ``ReportingError`` where the mosaic cannot be encoded.
  public init(
    _ title: String, note: String, _ mosaic: ImageMosaic, columns: Int, texts: [String]
  ) throws(ReportingError) {
    precondition(columns > 0 && !texts.isEmpty, "\(texts.count) pictures in \(columns) columns")
    self.title = title
    self.note = note
    picture = try Picture(mosaic.image)
    self.columns = columns
    rows = (texts.count + columns - 1) / columns
    self.texts = texts
  }

  /// The figure.
  public var figure: Markup {
    let cells = texts.enumerated().map { index, text in
      Markup.element(
        "button",
        [
          ("type", "button"), ("aria-label", text),
          ("style", "--c:\(index % columns);--r:\(index / columns)"),
        ])
    }
    let style =
      "--columns:\(columns);--rows:\(rows);--width:\(picture.width);--height:\(picture.height)"
    let grid = Markup.element(
      "div", [("class", "mosaic"), ("style", style), ("role", "group"), ("aria-label", title)],
      [picture.markup("\(title), \(note)"), .element("div", [("class", "cells")], cells)])
    return .element(
      "figure", [("class", "wide")],
      [
        .element(
          "figcaption", [],
          [
            .element("strong", text: title), Markup(" "),
            .element("span", [("class", "unit")], text: note),
          ]), grid,
      ])
  }
}
