import Foundation
import TestSupport
import Testing

@testable import Experiments

/// What becomes of a sweep whose journal is not as it was written.
struct SweepStateTests {
  private static let text = """
    data: {name: dead-leaves, dead_leaves: {images: 5, width: 288, height: 168, largest_radius: 40}}
    training: {batch: 40}
    sweep:
      axes: [{key: training.beta, values: [0.5, 1, 2]}]

    """

  private func definition() throws -> SweepDefinition {
    try SweepDefinition(SweepFile(path: "sweep.yaml", text: Self.text), overrides: [])
  }

  private func started(_ trial: Int, rung: Int = 0, rungs: [Int] = [4], u: Double = 0.5)
    -> SweepEvent
  {
    let plan = TrialPlan(coordinates: [u], settings: ["training.beta": "1"], rungs: rungs)
    return .started(trial: trial, rung: rung, worker: "w", plan: plan)
  }

  private func reached(_ trial: Int, rung: Int = 0, seconds: Double = 1) -> SweepEvent {
    .reached(
      trial: trial, rung: rung, worker: "w",
      measurement: TrialMeasurement(
        step: 4, isLast: true, objective: 1, metrics: [], digest: nil, seconds: seconds))
  }

  @Test func aTrialWhoseBeginningIsLostIsBegunAgainAndTheOthersStay() throws {
    let definition = try definition()
    var state = SweepState(definition)
    for event in [started(1), reached(1), reached(0)] { state.apply(event) }
    #expect(state.trials.map(\.status) == [.unknown, .finished])
    var planner = SweepPlanner(definition, searchFolders: [])
    guard case .start(0, 0, let plan) = try planner.next(state) else {
      Issue.record("the lost trial is not begun")
      return
    }
    #expect(plan.settings == ["training.beta": "0.5"])
    state.apply(.started(trial: 0, rung: 0, worker: "w", plan: plan))
    #expect(state.trials[0].plan == plan && state.trials[0].status == .running(worker: "w"))
    guard case .start(2, 0, _) = try planner.next(state) else {
      Issue.record("the next trial is not begun")
      return
    }
  }

  @Test func aTrialThatCouldNotBeBegunIsRefusedAgainWhereTheLineThatSaysSoIsLost() throws {
    let text = Self.text.replacing(
      "training.beta, values: [0.5, 1, 2]", with: "model.latents, integer: [-9, -1]"
    )
    .replacing("axes:", with: "searcher: random\n  points: 2\n  axes:")
    let definition = try SweepDefinition(SweepFile(path: "sweep.yaml", text: text), overrides: [])
    var planner = SweepPlanner(definition, searchFolders: [])
    var state = SweepState(definition)
    for status in [SweepState.Trial.Status.unknown, .ready] {
      guard case .refuse(0, let plan, _) = try planner.next(state) else {
        Issue.record("not refused, \(status)")
        return
      }
      state.apply(.started(trial: 0, rung: 0, worker: "w", plan: plan))
      state.apply(.lost(trial: 0, worker: "w", isCounted: false))
    }
  }

  @Test func whatCannotHaveHappenedChangesNothing() throws {
    var state = SweepState(try definition())
    state.apply(started(0))
    let impossible: [SweepEvent] = [
      started(-1), started(3), started(Int.max), started(1, rung: 1), started(1, rung: -1),
      started(1, rungs: [8, 4]), started(1, rungs: [-1]), started(1, u: 2), started(1, u: 1e300),
      started(0, rung: 7), reached(1), reached(0, rung: 1), reached(0, rung: .min),
      reached(0, seconds: -1e300), reached(0, seconds: 1e300),
      .lost(trial: 9, worker: "w", isCounted: true), .released(trial: -1, worker: "w", seconds: 1),
      .failed(
        trial: 2, worker: "w", failure: TrialFailure(cause: .error, error: "", seconds: 1)),
    ]
    for event in impossible {
      let isPossible = state.apply(event)
      #expect(!isPossible, "\(event)")
    }
    #expect(state.trials.map(\.status) == [.running(worker: "w")])
    let isPossible = state.apply(reached(0))
    #expect(isPossible)
  }

  /// Tables, page and decisions are made of what is left.
  @Test func aJournalWithoutAnyOneOfItsLinesIsReadAndItsDamagedLinesAreNamed() throws {
    let events =
      [.opened(settings: [:])] + (0..<3).flatMap { [started($0), reached($0)] } + [
        .lost(trial: 2, worker: "w", isCounted: false), .halted(session: "s"),
        .left(worker: "w", times: WorkerTimes()),
      ]
    let lines = try events.enumerated().map { turn, event in
      try SweepJournal.line(SweepJournal.Record(turn: turn + 1, time: 1e9, event: event))
    }
    for place in lines.indices {
      var lost = lines
      lost.remove(at: place)
      var damaged = lines
      damaged[place] = damaged[place].replacing("\"turn\"", with: "\"tern\"")
      for (lines, isDamaged) in [(lost, false), (damaged, true)] {
        try withTemporaryFolder { folder in
          try lines.joined().write(
            toFile: "\(folder)/journal.jsonl", atomically: true, encoding: .utf8)
          let damage = try definition().reread(folder)
          if isDamaged { #expect(damage?.contains("\(place + 1)") == true, "\(damage ?? "")") }
        }
      }
    }
  }

  @Test func aTurnAfterWhichThereIsNoneIsNamedWithItsLine() throws {
    try withTemporaryFolder { folder in
      let record = SweepJournal.Record(
        turn: Int.greatestCount, time: 1, event: .halted(session: "s"))
      try FileManager.default.createDirectory(
        atPath: "\(folder)/turns", withIntermediateDirectories: true)
      try ("\n" + SweepJournal.line(record)).write(
        toFile: "\(folder)/journal.jsonl", atomically: true, encoding: .utf8)
      var journal = SweepJournal(in: folder)
      let error = try #require(throws: SweepError.self) { try journal.inTurn { _ in [] } }
      #expect(error.exitCode == 65)
      #expect("\(error)".hasPrefix("\(folder)/journal.jsonl:2: turn 9007199254740992"))
    }
  }

  /// A name among the turns that no turn has must not block the sweep, nor overflow.
  @Test func aTurnsNameThatCannotBeIsPassedOver() throws {
    try withTemporaryFolder { folder in
      try "".write(toFile: "\(folder)/\(Int.max)", atomically: false, encoding: .utf8)
      var lock = TurnLock(folder)
      #expect(try lock.take(after: 4) == 5)
      #expect(try lock.holds(5))
    }
  }
}
