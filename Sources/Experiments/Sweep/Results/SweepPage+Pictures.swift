import Files
import Foundation
import Reporting

extension SweepPage {
  /// How many runs show their pictures.
  private static let runs = 3
  /// How large one picture, and all together, may be: as text they are a third larger, and the page
  /// is to stay below 3 MB.
  private static let bytes = (one: 300_000, all: 1_150_000)

  /// What the best runs show.
  var picturesSection: Page.Section {
    var room = SweepPage.bytes.all
    return Page.Section(
      "The best runs", anchor: "pictures",
      results.ranked.prefix(SweepPage.runs).map { pictures(of: $0, room: &room) })
  }

  private func pictures(of trial: TrialResult, room: inout Int) -> Markup {
    let figures = [
      ("dictionary.png", "Dictionary, elements by ascending KL", ""),
      ("reconstructions.png", "Images and their reconstructions", "spread"),
    ].map { file, title, appearance in
      Markup.figure(title, appearance, content(file, title, of: trial, room: &room))
    }
    let charts = Page.Section.charts(figures)
    let link = reportLink(of: trial)
    guard charts != .empty || link != nil else { return .empty }
    let column = results.objectiveColumn
    let words = zip(results.axes, settings(of: trial)).map { "\($0) \($1)" }
    return .sequence([
      .element(
        "h3", text: "Trial \(trial.number): \(column.title) \(text(column, of: trial))"),
      .element(
        "p", [("class", "unit")],
        [
          Markup("\(words.joined(separator: ", ")). "),
          link.map { .element("a", [("href", $0)], text: "Report of the run") } ?? .empty,
        ]), charts,
    ])
  }

  /// A picture, or where there is no room for it the link to it; nothing where the run has none.
  private func content(
    _ file: String, _ title: String, of trial: TrialResult, room: inout Int
  ) -> Markup {
    let path = RunFolder(trial.folder).figure(file)
    guard let data = try? RegularFile.contents(of: path) else { return .empty }
    let description = "\(title), trial \(trial.number)"
    if data.count <= min(SweepPage.bytes.one, room), let picture = Picture(png: data) {
      room -= data.count
      return picture.markup(description)
    }
    return .element(
      "a", [("href", RelativePath.link(to: path, from: folder))],
      text: "\(description): a file of its own")
  }

  /// Where the page of a trial's run is, if it has one.
  func reportLink(of trial: TrialResult) -> String? {
    let report = RunFolder(trial.folder).report
    return FileManager.default.fileExists(atPath: report)
      ? RelativePath.link(to: report, from: folder) : nil
  }
}

extension Markup {
  /// Something to see, with its title; nothing where there is nothing to see.
  fileprivate static func figure(_ title: String, _ appearance: String, _ content: Markup) -> Markup
  {
    content == .empty
      ? .empty
      : .element(
        "figure", [("class", appearance)],
        [.element("figcaption", [], [.element("strong", text: title)]), content])
  }
}
