/// Small pictures with captions, in as many columns as fit.
public struct Gallery {
  /// Pictures that belong together, and what is said of them.
  public struct Item {
    /// The pictures, from top to bottom, with what each shows.
    public var pictures: [(picture: Picture, description: String)]
    /// The words below them.
    public var caption: String

    /// Makes an item.
    ///
    /// - Parameters:
    ///   - pictures: The pictures with what each shows.
    ///   - caption: The words below them.
    public init(_ pictures: [(picture: Picture, description: String)], caption: String) {
      self.pictures = pictures
      self.caption = caption
    }
  }

  private let items: [Item]

  /// Makes a gallery.
  ///
  /// - Parameter items: What it shows.
  public init(_ items: [Item]) { self.items = items }

  /// The gallery as a list.
  public var markup: Markup {
    .element(
      "ul", [("class", "gallery")],
      items.map { item in
        .element(
          "li", [],
          item.pictures.map { $0.picture.markup($0.description) }
            + (item.caption.isEmpty ? [] : [.element("span", text: item.caption)]))
      })
  }
}
