import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite struct RunHistoryTests {
  @Test func aLongHistoryStaysSmallAndKeepsBothEnds() {
    var history = RunHistory()
    for step in 1...50_000 {
      history.add(kind: "step", step: step, fields: [("loss", .number(Double(step)))])
    }
    let rows = history.steps.rows
    #expect(rows.count <= RunHistory.most + 1 && rows.count > RunHistory.most / 2)
    #expect(rows.first?.step == 1)
    #expect(rows.last?.step == 50_000)
    #expect(rows.allSatisfy { $0.values["loss"] == Double($0.step) })
    #expect(zip(rows, rows.dropFirst()).allSatisfy { $0.step < $1.step })
  }

  @Test func aHistoryReadFromTheLogIsTheOneThatWasWritten() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/metrics.jsonl"
      let log = try MetricsLog(path, continuing: true)
      var written = RunHistory()
      for step in 1...2_500 {
        let fields: [(String, MetricValue)] = [
          ("loss", .number(1 / Double(step))), ("note", .text("x")),
        ]
        try log.append(kind: "step", step: step, fields: fields)
        written.add(kind: "step", step: step, fields: fields)
        guard step.isMultiple(of: 100) else { continue }
        try log.append(kind: "validation", step: step, fields: fields)
        written.add(kind: "validation", step: step, fields: fields)
      }
      let read = try RunHistory(reading: path)
      for (one, other) in [(read.steps, written.steps), (read.validations, written.validations)] {
        #expect(one.rows.map(\.step) == other.rows.map(\.step))
        #expect(one.rows.map(\.values) == other.rows.map(\.values))
      }
      #expect(read.validations.rows.count == 25)
    }
  }

  @Test func startsAreReadAsTheyWereWritten() throws {
    try withTemporaryFolder { folder in
      let log = try MetricsLog("\(folder)/metrics.jsonl", continuing: true)
      var written = RunHistory()
      for (step, ranks) in [(0, 2), (30, 4), (30, 3)] {
        let fields: [(String, MetricValue)] = [
          ("ranks", .integer(ranks)), ("time", .text("2026-01-0\(ranks)T10:00:00Z")),
        ]
        try log.append(kind: "start", step: step, fields: fields)
        written.add(kind: "start", step: step, fields: fields)
      }
      let starts = try RunHistory(reading: "\(folder)/metrics.jsonl").starts
      #expect(starts == written.starts)
      #expect(starts.map(\.step) == [0, 30, 30] && starts.map(\.ranks) == [2, 4, 3])
      #expect(starts.last?.time == "2026-01-03T10:00:00Z")
    }
  }

  @Test func stepsThatAResumedRunRepeatsAreNotAddedTwice() {
    var history = RunHistory()
    for step in [1, 2, 3, 2, 3, 4] {
      history.add(kind: "step", step: step, fields: [])
    }
    #expect(history.steps.rows.map(\.step) == [1, 2, 3, 4])
  }

  @Test func tornAndForeignLinesArePassedOver() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/metrics.jsonl"
      let text = """
        {"kind":"step","step":1,"loss":2}
        no JSON
        {"kind":"step","step":2,"lo
        """
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(try RunHistory(reading: path).steps.rows.map(\.step) == [1])
      #expect(try RunHistory(reading: "\(folder)/none").steps.rows.isEmpty)
    }
  }
}
