/// How well the groups of ranks of a launch were used.
struct SweepUsage {
  /// The share of their time that they were in trials, as long as there was work to hand out.
  ///
  /// That is until the last trial was begun; of a group that was lost, until then.
  let busy: Double
  /// The share of their time, less what they waited for work, that went to anything but trials.
  let overhead: Double

  /// A group and what it did.
  private struct Group {
    let start: Double
    let ranks: Double
    var begun: Double?
    var parts: [(start: Double, end: Double)] = []
    var times: WorkerTimes?

    /// Time in trials, and all time, up to a moment; times the number of ranks.
    func used(until last: Double) -> (busy: Double, whole: Double) {
      let end = times == nil ? min(last, parts.last?.end ?? start) : last
      let busy = parts.reduce(0) { $0 + max(0, min($1.end, end) - $1.start) }
      return (busy * ranks, max(0, end - start) * ranks)
    }
  }

  /// Reads a journal; fails where the launch handed out less than two trials.
  ///
  /// - Parameters:
  ///   - records: The journal.
  ///   - session: The launch.
  init?(_ records: [SweepJournal.Record], session: String) {
    var groups: [String: Group] = [:]
    var last = 0.0
    for record in records {
      switch record.event {
      case .joined(let worker) where worker.session == session:
        groups[worker.name] = Group(start: record.time, ranks: Double(worker.ranks))
      case .started(_, _, let worker, _) where groups[worker] != nil:
        groups[worker]?.begun = record.time
        last = record.time
      case .reached(_, _, let worker, _), .failed(_, let worker, _), .released(_, let worker, _),
        .lost(_, let worker, _):
        guard let start = groups[worker]?.begun else { continue }
        groups[worker]?.parts.append((start, record.time))
        groups[worker]?.begun = nil
      case .left(let worker, let times): groups[worker]?.times = times
      default: break
      }
    }
    let used = groups.values.map { $0.used(until: last) }
    let whole = used.reduce(0) { $0 + $1.whole }
    let usable = groups.values.reduce(0) { $0 + ($1.times.map { $0.total - $0.waiting } ?? 0) }
    let training = groups.values.reduce(0) { $0 + ($1.times?.training ?? 0) }
    let begun = groups.values.reduce(0) { $0 + $1.parts.count }
    guard whole > 0, usable > 0, begun > 1 else { return nil }
    busy = used.reduce(0) { $0 + $1.busy } / whole
    overhead = (usable - training) / usable
  }
}
