import Testing

@testable import Experiments

struct SweepUsageTests {
  /// Two groups of a launch: the first trains from 0 to 4 and 5 to 9, the second from 0 to 6 and, after the
  /// last trial was begun, waits.
  @Test func timeCountsUntilTheLastTrialIsBegun() throws {
    func worker(_ name: String) -> SweepWorker {
      SweepWorker(name: name, process: .own, session: "s", job: nil, restarts: 0, ranks: 1)
    }
    let plan = TrialPlan(coordinates: [], settings: [:], rungs: [1])
    func start(_ trial: Int, _ worker: String, _ time: Double) -> SweepJournal.Record {
      .init(
        turn: 1, time: time, event: .started(trial: trial, rung: 0, worker: worker, plan: plan))
    }
    func end(_ trial: Int, _ worker: String, _ time: Double) -> SweepJournal.Record {
      let failure = TrialFailure(cause: .error, error: "", seconds: 1)
      return .init(
        turn: 1, time: time, event: .failed(trial: trial, worker: worker, failure: failure))
    }
    func left(_ worker: String, _ times: WorkerTimes) -> SweepJournal.Record {
      .init(turn: 1, time: 9, event: .left(worker: worker, times: times))
    }
    let records: [SweepJournal.Record] = [
      .init(turn: 1, time: 0, event: .joined(worker: worker("a"))),
      .init(turn: 1, time: 0, event: .joined(worker: worker("b"))),
      start(0, "a", 0), start(1, "b", 0), end(0, "a", 4), start(2, "a", 5), end(1, "b", 6),
      end(2, "a", 9), left("a", WorkerTimes(total: 9, training: 8, waiting: 0)),
      left("b", WorkerTimes(total: 9, training: 6, waiting: 3)),
    ]
    let usage = try #require(SweepUsage(records, session: "s"))
    // Until 5, when the last trial was begun, the first group was idle for a second.
    #expect(usage.busy == 0.9)
    #expect(abs(usage.overhead - 1 / 15.0) < 1e-15)
    #expect(SweepUsage(records, session: "other") == nil)
  }
}
