import Foundation
import MPI

/// Shows in a terminal what goes on in a sweep: a line for each event, and beneath them, where
/// lines can be rewritten, the trials that are being trained and the best so far.
public final class SweepDisplay {
  // A class because the loop and the hook of the training steps write to the same terminal.
  private let isLive: Bool
  let width: () -> Int
  private let output: (String) -> Void
  private var block: [String] = []
  private var followers: [Int: MetricsFollower] = [:]
  private var lastBlock: ContinuousClock.Instant?
  private let folder: SweepFolder

  /// Sets up a display that shows nothing yet.
  ///
  /// - Parameters:
  ///   - folder: The sweep's folder.
  ///   - isLive: Whether the output is a terminal.
  ///   - width: The terminal's columns.
  ///   - output: Writes a text at once; does nothing on ranks that stay silent.
  public init(
    folder: String, isLive: Bool, width: @escaping () -> Int = { 80 },
    output: @escaping (String) -> Void
  ) {
    self.folder = SweepFolder(path: folder)
    self.isLive = isLive
    self.width = width
    self.output = output
  }

  /// Shows what happened.
  func show(_ events: [SweepEvent], _ state: SweepState, _ definition: SweepDefinition) {
    let lines = events.compactMap { line($0, state, definition)?.printable() }
    let isDue = lastBlock.map { ContinuousClock.now - $0 > .seconds(1) } ?? true
    guard !lines.isEmpty || isLive && isDue else { return }
    lastBlock = .now
    erase()
    for line in lines { output(line + "\n") }
    guard isLive else { return }
    block = status(state, definition).map { $0.printable() }
    for line in block { output(String(line.prefix(max(20, width() - 1))) + "\n") }
  }

  /// Prints a line above what is rewritten.
  func message(_ text: String) {
    erase()
    output(text.printable() + "\n")
    for line in block { output(line + "\n") }
  }

  /// Takes away what is rewritten.
  func finish() {
    erase()
    block = []
  }

  private func erase() {
    guard isLive, !block.isEmpty else { return }
    output("\u{1B}[\(block.count)A\u{1B}[J")
  }

  /// What an event is worth saying.
  private func line(
    _ event: SweepEvent, _ state: SweepState, _ definition: SweepDefinition
  ) -> String? {
    switch event {
    case .opened: return "\(folder.path): \(definition.trialCount) trials"
    case .joined(let worker):
      return
        "\(worker.ranks) rank\(worker.ranks == 1 ? "" : "s") of process \(worker.process.number) take trials"
    case .started(let trial, let rung, _, let plan):
      let settings = text(plan, definition)
      let end = plan.rungs.count > 1 ? " to step \(plan.rungs[rung])" : ""
      return "trial \(trial): \(settings.isEmpty ? "begun" : settings)\(end)"
    case .reached(let trial, _, _, let measurement):
      let results = SweepResults(definition, state, in: folder, isOver: false)
      let best = best(results)?.number == trial ? ", the best so far" : ""
      return
        "trial \(trial): \(formatted(measurement.objective)) at step \(measurement.step), after "
        + "\(durationText(measurement.seconds))\(best)"
    case .failed(let trial, _, let failure):
      let isOver = state.trials[trial].status == .failed
      return "trial \(trial) failed\(isOver ? "" : ", and will be begun again"): \(failure.error)"
    case .released(let trial, _, _): return "trial \(trial): saved, to go on later"
    case .lost(let trial, _, _):
      let isOver = state.trials[trial].status == .failed
      return "trial \(trial): its ranks are gone"
        + (isOver ? ", once more than it may be retried" : "; it goes on elsewhere")
    case .left, .halted: return nil
    }
  }

  private func text(_ plan: TrialPlan, _ definition: SweepDefinition) -> String {
    definition.keys.compactMap { key in plan.settings[key].map { "\(key)=\($0)" } }
      .joined(separator: " ")
  }

  /// The best trial: among the finished ones, or if there are none among all.
  private func best(_ results: SweepResults) -> TrialResult? {
    results.ranked.first ?? results.ranking(results.trials).first
  }

  /// The lines beneath: a table of what is being trained, and a summary.
  private func status(_ state: SweepState, _ definition: SweepDefinition) -> [String] {
    let rows = state.running.prefix(20).map { trial, _ -> String in
      let plan = state.trials[trial].plan
      let (step, loss) = progress(of: trial)
      let end = plan.rungs.dropFirst(state.trials[trial].rung).first ?? 0
      return column("\(trial)", 6) + column("running", 9) + column("\(step)/\(end)", 15)
        + column(loss.map(formatted) ?? "–", 11) + text(plan, definition)
    }
    let running = Set(state.running.map(\.trial))
    followers = followers.filter { running.contains($0.key) }
    let results = SweepResults(definition, state, in: folder, isOver: false)
    let ahead = definition.trialCount - results.trials.count
    let best = best(results).map {
      "best: trial \($0.number), \($0.objective.map(formatted) ?? "")"
    }
    let counts = results.countsText + (ahead > 0 ? "; \(ahead) to come" : "")
    let header =
      column("trial", 6) + column("state", 9) + column("step", 15) + column("loss", 11) + "settings"
    return (rows.isEmpty ? [] : [header] + rows)
      + [([counts] + [best].compactMap { $0 }).joined(separator: "; ")]
  }

  private func column(_ text: String, _ width: Int) -> String {
    text.padding(toLength: max(width, text.count + 1), withPad: " ", startingAt: 0)
  }

  /// How far a trial is by its log.
  private func progress(of trial: Int) -> (step: Int, loss: Double?) {
    let path = RunFolder(folder.trial(trial)).metrics
    var follower = followers[trial] ?? MetricsFollower(path)
    _ = try? follower.poll()
    followers[trial] = follower
    let last = follower.lines.last { $0.kind == .step }
    return (last?.step ?? 0, last?.loss)
  }
}
