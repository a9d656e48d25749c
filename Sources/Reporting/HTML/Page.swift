/// One self-contained page: nothing in it is fetched from anywhere.
public struct Page {
  /// A part of a page with its heading.
  public struct Section {
    fileprivate let title: String
    fileprivate let anchor: String
    fileprivate let content: [Markup]

    /// Makes a section.
    ///
    /// - Parameters:
    ///   - title: The heading.
    ///   - anchor: The word by which links find it.
    ///   - content: What stands in it; it is left out of the page where all of this is empty.
    public init(_ title: String, anchor: String, _ content: [Markup]) {
      self.title = title
      self.anchor = anchor
      self.content = content.filter { $0 != .empty }
    }

    /// Charts side by side, as many as fit.
    ///
    /// - Parameter figures: The charts.
    /// - Returns: Nothing where there is none.
    public static func charts(_ figures: [Markup]) -> Markup {
      let figures = figures.filter { $0 != .empty }
      return figures.isEmpty ? .empty : .element("div", [("class", "charts")], figures)
    }

    /// Names with values.
    ///
    /// - Parameter entries: The names and values, in this order.
    /// - Returns: A list of definitions.
    public static func facts(_ entries: [(name: String, value: String)]) -> Markup {
      .element(
        "dl", [("class", "facts")],
        entries.map {
          .element(
            "div", [], [.element("dt", text: $0.name), .element("dd", text: $0.value)])
        })
    }

    /// What is shown only when asked for.
    ///
    /// - Parameters:
    ///   - summary: What it is.
    ///   - content: What is shown then.
    /// - Returns: The closed element.
    public static func details(_ summary: String, _ content: Markup) -> Markup {
      .element("details", [], [.element("summary", text: summary), content])
    }

    fileprivate var markup: Markup {
      .element(
        "section", [("id", anchor), ("aria-labelledby", "\(anchor)-title")],
        [.element("h2", [("id", "\(anchor)-title")], text: title)] + content)
    }
  }

  private let title: String
  private let kicker: String
  private let lead: String
  private let figures: [(name: String, value: String)]
  private let sections: [Section]
  private let footer: String

  /// Makes a page.
  ///
  /// - Parameters:
  ///   - title: What it is about.
  ///   - kicker: The words above the title.
  ///   - lead: One sentence below it.
  ///   - figures: The few numbers that matter most, with their names.
  ///   - sections: The page's parts.
  ///   - footer: The last line.
  public init(
    title: String, kicker: String, lead: String, figures: [(name: String, value: String)],
    sections: [Section], footer: String
  ) {
    self.title = title
    self.kicker = kicker
    self.lead = lead
    self.figures = figures
    self.sections = sections.filter { !$0.content.isEmpty }
    self.footer = footer
  }

  /// The page, from its first byte to its last.
  public var html: String {
    let head = Markup.element(
      "head", [],
      [
        .element("meta", [("charset", "utf-8")]),
        .element(
          "meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")]),
        .element("meta", [("name", "color-scheme"), ("content", "light dark")]),
        .element("title", text: "\(title) – \(kicker)"),
        .element("style", [], [Markup(trusted: pageStyle)]),
      ])
    let body = Markup.element(
      "body", [],
      [
        .element("a", [("class", "skip"), ("href", "#content")], text: "Skip to the content"),
        header, .element("main", [("id", "content")], sections.map(\.markup)),
        .element("footer", [], [.element("p", text: footer)]),
        .element("script", [], [Markup(trusted: pageScript)]),
      ])
    return "<!DOCTYPE html>\n"
      + Markup.element("html", [("lang", "en")], [head, body]).html + "\n"
  }

  private var header: Markup {
    let links = sections.map { section in
      Markup.element("a", [("href", "#\(section.anchor)")], text: section.title)
    }
    let numbers = figures.map {
      Markup.element("div", [], [.element("dt", text: $0.name), .element("dd", text: $0.value)])
    }
    return .element(
      "header", [],
      [
        .element("p", [("class", "kicker")], text: kicker), .element("h1", text: title),
        .element("p", [("class", "lead")], text: lead),
        numbers.isEmpty ? .empty : .element("dl", [("class", "figures")], numbers),
        .element("nav", [("aria-label", "Parts of this page")], links),
      ])
  }
}
