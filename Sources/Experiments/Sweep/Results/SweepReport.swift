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
    var lines = table + ["trials                \(counts)"]
    if let best = results.ranked.first, let objective = best.objective {
      let settings = results.axes.compactMap { key in best.settings[key].map { "\(key)=\($0)" } }
      lines.append(
        "best                  trial \(best.number), \(results.objective) \(formatted(objective)): "
          + settings.joined(separator: " "))
    }
    lines += results.trials.filter { $0.state == .failed }.map {
      "failed                trial \($0.number): \($0.error ?? "")"
    }
    if let usage {
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

  private var counts: String {
    TrialResult.State.allCases.compactMap { state in
      let count = results.trials.count { $0.state == state }
      return count > 0 ? "\(count) \(state.rawValue)" : nil
    }.joined(separator: ", ")
  }

  private func percent(_ share: Double) -> String { String(decimals: 2, 100 * share) + " %" }

  /// The share of the groups' time in trials while there was work to hand out, and the share of
  /// their time with work that went to anything else.
  private var usage: (busy: Double, overhead: Double)? {
    var joined: [String: (time: Double, ranks: Int)] = [:]
    var parts: [String: [(start: Double, end: Double)]] = [:]
    var begun: [String: Double] = [:]
    var lastStart = 0.0
    var overhead = (usable: 0.0, training: 0.0)
    for record in records {
      switch record.event {
      case .joined(let worker) where worker.session == session:
        joined[worker.name] = (record.time, worker.ranks)
      case .started(_, _, let worker, _) where joined[worker] != nil:
        begun[worker] = record.time
        lastStart = record.time
      case .reached(_, _, let worker, _), .failed(_, let worker, _), .released(_, let worker, _),
        .lost(_, let worker, _):
        if let start = begun.removeValue(forKey: worker) {
          parts[worker, default: []].append((start, record.time))
        }
      case .left(let worker, let times) where joined[worker] != nil:
        overhead.usable += times.total - times.waiting
        overhead.training += times.training
      default: break
      }
    }
    guard let first = joined.values.map(\.time).min(), lastStart > first, overhead.usable > 0
    else { return nil }
    var (busy, whole) = (0.0, 0.0)
    for (name, group) in joined {
      let ends = parts[name]?.last?.end ?? group.time
      let isLost = !records.contains { if case .left(name, _) = $0.event { true } else { false } }
      // A group that was lost was there until then.
      let end = isLost ? min(lastStart, ends) : lastStart
      guard end > group.time else { continue }
      whole += (end - group.time) * Double(group.ranks)
      busy +=
        Double(group.ranks)
        * (parts[name] ?? []).reduce(0) { $0 + max(0, min($1.end, end) - $1.start) }
    }
    return (whole > 0 ? busy / whole : 1, (overhead.usable - overhead.training) / overhead.usable)
  }
}
