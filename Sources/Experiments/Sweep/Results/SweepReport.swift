/// What a sweep came to, in a few lines, and how well its groups of ranks were used.
struct SweepReport {
  private let results: SweepResults
  private let records: [SweepJournal.Record]
  private let session: String
  private let width: Int

  /// Collects what is said at the end of a launch.
  ///
  /// - Parameters:
  ///   - results: The trials.
  ///   - records: The journal.
  ///   - session: The launch whose groups are looked at.
  ///   - width: Columns of the terminal.
  init(
    _ results: SweepResults, _ records: [SweepJournal.Record], session: String, width: Int
  ) {
    self.width = width
    self.results = results
    self.records = records
    self.session = session
  }

  /// The lines.
  var lines: [String] {
    var lines = table + ["trials                \(results.countsText)"]
    if let best = results.ranked.first, let objective = best.objective {
      let settings = results.axes.compactMap { key in best.settings[key].map { "\(key)=\($0)" } }
      lines.append(
        "best                  trial \(best.number), \(results.objective) \(formatted(objective)): "
          + settings.joined(separator: " "))
    }
    lines += results.trials.filter { $0.state == .failed }.map {
      "failed                trial \($0.number): \($0.error ?? "")"
    }
    if let usage = SweepUsage(records, session: session) {
      lines.append("busy_share            \(percent(usage.busy))")
      lines.append("overhead              \(percent(usage.overhead))")
    }
    return lines
  }

  /// The trials, unless they are too many to look at.
  private var table: [String] {
    let count = results.trials.count
    return (1...60).contains(count) ? SweepTable(results).lines(width: width) + [""] : []
  }

  private func percent(_ share: Double) -> String { String(decimals: 2, 100 * share) + " %" }
}
