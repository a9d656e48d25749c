import Foundation
import Reporting

/// A sweep as one self-contained page.
struct SweepPage {
  /// How many points all charts show together, and how many cells the table of trials has: a page of more is slow, and
  /// its points lie on one another.
  private static let points = 2000
  private static let cells = 20_000

  let results: SweepResults
  /// The folder that the page is written to, from which links lead.
  let folder: String
  let axes: [SweepAxis]
  /// Trials by number, as many as charts show: where there are too many, those with the best objectives.
  let shown: [TrialResult]

  /// Takes what a page shows.
  ///
  /// - Parameters:
  ///   - results: The sweep.
  ///   - folder: The folder that the page is written to.
  init(_ results: SweepResults, folder: String) {
    self.results = results
    self.folder = folder
    axes = results.axes.map { SweepAxis($0, of: results.numbered) }
    // A point a setting, one in the plane of rate and distortion, and the line.
    shown = results.best(SweepPage.points / (axes.count + 2))
  }

  /// The trials of the table, which has some ten columns beside the settings.
  var listed: [TrialResult] { results.best(SweepPage.cells / (axes.count + 10)) }

  /// The page of a sweep.
  ///
  /// - Parameters:
  ///   - results: The sweep.
  ///   - folder: The folder that the page is written to.
  /// - Returns: The page, from its first byte to its last.
  static func html(_ results: SweepResults, folder: String) -> String {
    SweepPage(results, folder: folder).page.html
  }

  private var page: Page {
    Page(
      title: results.name, kicker: "Shoal sweep", lead: lead, figures: headline,
      sections: [
        bestSection, coordinatesSection, axesSection, rateSection, seedsSection, picturesSection,
        failuresSection, trialsSection,
      ],
      footer:
        "Written by shoal \(shoalVersion). This page needs no network: pictures and data are in it."
    )
  }

  private var lead: String {
    let count = results.trials.count
    let goal =
      "Of \(results.objective), \(results.direction == .minimize ? "less" : "more") is better."
    guard count > 0 else { return "No trial has been decided on yet. \(goal)" }
    let settings = results.settingAxes.count
    let over = "\(settings) \(settings == 1 ? "setting" : "settings")"
    let missing = results.ranked.isEmpty ? " No trial has finished with a result." : ""
    return
      "\(NumberText.grouped(count)) \(count == 1 ? "trial" : "trials") over \(over). \(goal)\(missing)"
  }

  private var headline: [(name: String, value: String)] {
    let best = results.ranked.first.map { trial in
      [
        ("Best \(results.objectiveColumn.title)", text(results.objectiveColumn, of: trial)),
        ("Best trial", "\(trial.number)"),
      ]
    }
    return (best ?? [])
      + results.counts.map { state, count in
        (state.rawValue.capitalized, NumberText.grouped(count))
      }
  }

  private var bestSection: Page.Section {
    guard let best = results.ranked.first else {
      return Page.Section("Best trial", anchor: "best", [])
    }
    let settings = results.axes.filter { best.settings[$0] != nil }.map { key in
      (name: key, value: SettingText.short(key, in: best.settings))
    }
    let columns = ([results.objectiveColumn] + results.commonColumns).map { column in
      (name: column.title, value: text(column, of: best))
    }
    return Page.Section(
      "Best trial", anchor: "best",
      [
        Page.Section.facts(settings), Page.Section.facts(columns),
        reportLink(of: best).map { link in
          .element(
            "p", [], [.element("a", [("href", link)], text: "Report of trial \(best.number)")])
        } ?? .empty,
      ])
  }

  /// The settings of a trial, in the order of the axes.
  func settings(of trial: TrialResult) -> [String] {
    results.axes.map { SettingText.short($0, in: trial.settings) }
  }

  /// A value of a trial as tables show it.
  func text(_ column: RunComparison.Column, of trial: TrialResult) -> String {
    results.value(column.key, of: trial).map { value in
      // Four decimals of a number that is not among the published ones may be none that counts.
      column.decimals > 3
        ? NumberText.short(value, digits: 5) : NumberText.fixed(value, decimals: column.decimals)
    } ?? "–"
  }
}
