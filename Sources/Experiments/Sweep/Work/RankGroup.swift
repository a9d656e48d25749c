import Files
import Foundation
import MPI

/// A group of ranks that takes trials of a sweep, one after another, until there are none.
///
/// Its first rank, the leader, decides for it. Leaders do not speak with one another: whoever is
/// free takes a turn at the journal, where all that is known of the sweep stands, and writes what
/// it is about to do. So groups of one launch, of several, and tasks of a job array take part
/// alike, and the loss of any is that of one trial's last steps.
final class RankGroup {
  // A class because the hook that runs before each training step moves the same ledger forward.
  private let definition: SweepDefinition
  private let folder: SweepFolder
  private var options: SweepOptions
  private var group: Communicator
  private var worker: SweepWorker
  private var ledger: SweepLedger
  private var planner: SweepPlanner
  private var watch: WorkerWatch?
  private let display: SweepDisplay
  private let hasSignal: () -> Bool
  /// Writes tables and page of how the sweep stands, from time to time; of one group of a launch.
  private let report: (() throws -> Void)?
  private var lastReport = ContinuousClock.now
  private let start = ContinuousClock.now
  private var times = WorkerTimes()
  private var lastLook = ContinuousClock.now

  /// Seconds between two looks at what others have written, while this group trains or waits.
  private static let lookInterval = Duration.seconds(1)

  /// Seconds between two tables and pages of a sweep under way.
  private static let reportInterval = Duration.seconds(30)

  /// How a group's part in a sweep ended.
  enum Ending {
    case finished
    case stopped
  }

  init(
    _ definition: SweepDefinition, _ options: SweepOptions, group: Communicator, session: String,
    display: SweepDisplay, hasSignal: @escaping () -> Bool, report: (() throws -> Void)?
  ) throws {
    self.definition = definition
    self.options = options
    self.group = group
    self.display = display
    self.hasSignal = hasSignal
    self.report = report
    folder = SweepFolder(path: options.folder)
    ledger = try SweepLedger(options.folder, definition)
    planner = SweepPlanner(definition, searchFolders: options.searchFolders)
    worker = SweepWorker(
      name: "", process: .own, session: session, job: options.job?.name,
      restarts: options.job?.restarts ?? 0, ranks: group.size)
  }

  /// Takes trials until there are none, or the sweep is to stop; every rank of the group calls
  /// this.
  ///
  /// - Returns: Which of the two.
  /// - Throws: What no other trial would survive either.
  func run() throws -> Ending {
    try join()
    while true {
      do {
        if let ending = try round() { return try leave(ending) }
      } catch {
        try goOn(from: error)
      }
    }
  }

  /// Does what the leader decides.
  ///
  /// - Returns: How the group's part ends, where it does.
  private func round() throws -> Ending? {
    switch try TrialOrder(textFromFirstRank(group) { try decide().text() }) {
    case .train(let trial, let rung, let plan, let secondsLeft):
      try train(trial, rung, plan, secondsLeft: secondsLeft)
    case .wait:
      usleep(200_000)
      times.waiting += 0.2
    case .end: return .finished
    case .stop: return .stopped
    }
    return nil
  }

  /// Whether this rank decides for the group.
  var isLeader: Bool { group.rank == 0 }

  /// Whether ranks of a launch are known to be gone.
  func lostRanks(of session: String) throws -> Bool {
    try ledger.refresh()
    return ledger.state.lost.contains { ledger.state.workers[$0]?.session == session }
  }

  /// The leader makes itself known, again after a loss; all ranks learn its name, as any may come
  /// to speak for the group.
  private func join() throws {
    worker.ranks = group.size
    worker.process = .own
    worker.name = try textFromFirstRank(group) {
      worker.name = "\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
      watch = try WorkerWatch(
        worker, folder: folder.path, lease: .seconds(definition.settings.lease))
      show(try ledger.inTurn { _ in [.joined(worker: worker)] })
      return worker.name
    }
  }

  /// What the group is to do next; on the leader.
  private func decide() throws -> TrialOrder {
    watch?.live()
    show(try ledger.refresh())
    if isHalted || options.timeLimit?.isNear() == true { return .stop }
    var order = TrialOrder.wait
    if try isWaiting() { return .wait }
    show(
      try ledger.inTurn { state in
        let lost = losses(in: state)
        for event in lost { state.apply(event) }
        switch try planner.next(state) {
        case .wait: return lost
        case .refuse(let trial, let plan, let error):
          let failure = TrialFailure(cause: .settings, error: error, seconds: 0)
          return lost + [
            .started(trial: trial, rung: 0, worker: worker.name, plan: plan),
            .failed(trial: trial, worker: worker.name, failure: failure),
          ]
        case .end:
          order = .end
          return lost
        case .start(let trial, let rung, let plan):
          let spent = state.trials.indices.contains(trial) ? state.trials[trial].seconds : 0
          let limit = definition.settings.trialTime.flatMap { TimeLimit.duration($0) }
          order = .train(
            trial: trial, rung: rung, plan, secondsLeft: limit.map { $0 / .seconds(1) - spent })
          return lost + [.started(trial: trial, rung: rung, worker: worker.name, plan: plan)]
        }
      })
    return order
  }

  /// Whether there is nothing to decide, so that no turn need be taken.
  private func isWaiting() throws -> Bool {
    guard case .wait = try planner.next(ledger.state) else { return false }
    return losses(in: ledger.state).isEmpty
  }

  /// The groups that are gone with trials that they were about.
  private func losses(in state: SweepState) -> [SweepEvent] {
    state.running.compactMap { trial, name in
      guard name != worker.name else { return nil }
      // A worker of which the journal has lost the line is known by its file.
      guard let other = state.workers[name] ?? watch?.worker(named: name) else {
        return .lost(trial: trial, worker: name, isCounted: false)
      }
      guard watch?.isGone(other) == true else { return nil }
      return .lost(trial: trial, worker: name, isCounted: other.session == worker.session)
    }
  }

  private func train(_ trial: Int, _ rung: Int, _ plan: TrialPlan, secondsLeft: Double?) throws {
    let begin = ContinuousClock.now
    let end = secondsLeft.map { begin + .seconds(max(0, $0)) }
    let training = TrialTraining(
      definition: definition, folder: folder, options: options, trial: trial, rung: rung,
      plan: plan, group: group)
    let outcome = try training.run(
      isOver: { end.map { ContinuousClock.now > $0 } ?? false },
      hasSignal: { self.look() })
    times.training += (ContinuousClock.now - begin) / .seconds(1)
    try onFirstRank(group) {
      let event: SweepEvent =
        switch outcome {
        case .reached(let measurement):
          .reached(trial: trial, rung: rung, worker: worker.name, measurement: measurement)
        case .failed(let failure): .failed(trial: trial, worker: worker.name, failure: failure)
        case .released(let seconds):
          .released(trial: trial, worker: worker.name, seconds: seconds)
        }
      show(
        try ledger.inTurn { state in
          // A signal may have reached another rank of the group only.
          if case .released = event, !state.isAborted, !state.halted.contains(worker.session) {
            return [event, .halted(session: worker.session)]
          }
          return [event]
        })
      if let report, ContinuousClock.now - lastReport > RankGroup.reportInterval {
        try report()
        lastReport = .now
      }
    }
  }

  /// Forms the group anew where some of its ranks are gone; the trial that it was about is put
  /// back.
  ///
  /// - Throws: `error` where that is not what happened, or the launcher does not allow it.
  private func goOn(from error: any Error) throws {
    guard options.toleratesLosses, let lost = group.watchdog?.silentRanks, !lost.isEmpty else {
      throw error
    }
    let earlier = worker.name
    group = try group.survivors(without: lost)
    try onFirstRank(group) {
      show(
        try ledger.inTurn { state in
          // Another group may have noticed it already.
          state.running.filter { $0.worker == earlier }.map {
            .lost(trial: $0.trial, worker: earlier, isCounted: true)
          }
        })
    }
    try join()
  }

  /// Before each training step: gives signs of life, and looks now and then at what others have
  /// written.
  ///
  /// - Returns: Whether the sweep is to stop.
  private func look() -> Bool {
    if isHalted { return true }
    let now = ContinuousClock.now
    guard group.rank == 0, now - lastLook > RankGroup.lookInterval else { return false }
    lastLook = now
    watch?.live()
    // A journal that cannot be read now is read, or the reason said, when the trial is over.
    if let events = try? ledger.refresh() { show(events) }
    return ledger.state.isAborted || isHalted
  }

  /// Whether this launch is to stop: a signal to one rank is meant for all.
  private var isHalted: Bool { hasSignal() || ledger.state.halted.contains(worker.session) }

  private func show(_ events: [SweepEvent]) {
    display.show(events, ledger.state, definition)
  }

  private func leave(_ ending: Ending) throws -> Ending {
    try onFirstRank(group) {
      times.total = (ContinuousClock.now - start) / .seconds(1)
      show(
        try ledger.inTurn { state in
          let isNew = ending == .stopped && !state.halted.contains(worker.session)
          return (isNew ? [.halted(session: worker.session)] : [])
            + [.left(worker: worker.name, times: times)]
        })
      try watch?.end()
    }
    return ending
  }
}
