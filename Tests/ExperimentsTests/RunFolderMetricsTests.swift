import Experiments
import Foundation
import TestSupport
import Testing

@Suite struct RunFolderMetricsTests {
  @Test func linesHaveKindAndStepFirstAndTheFieldsInOrder() throws {
    try withLog { path in
      let log = try MetricsLog(path, continuing: true)
      try log.append(
        kind: "step", step: 1,
        fields: [("loss", .number(0.1)), ("kl", .number(-.infinity)), ("epoch", .integer(2))])
      try log.append(kind: "validation", step: 1, fields: [("note", .text("a \"b\"\n"))])
      #expect(
        try contents(path) == """
          {"kind":"step","step":1,"loss":0.1,"kl":null,"epoch":2}
          {"kind":"validation","step":1,"note":"a \\"b\\"\\n"}

          """)
      for line in try contents(path).split(separator: "\n") {
        #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any])
      }
    }
  }

  @Test func recordedStepsAreNotAppendedAgain() throws {
    try withLog { path in
      try record(1...5, in: MetricsLog(path, continuing: true))
      try MetricsLog(path, continuing: true).append(kind: "validation", step: 4, fields: [])
      let whole = try contents(path)
      let log = try MetricsLog(path, continuing: true)
      #expect(log.lastStep(of: "step") == 5)
      #expect(log.lastStep(of: "validation") == 4)
      #expect(log.lastStep(of: "other") == nil)
      try record(3...5, in: log)
      try log.append(kind: "validation", step: 4, fields: [])
      #expect(try contents(path) == whole)
      try record(6...6, in: log)
      try log.append(kind: "validation", step: 6, fields: [])
      #expect(
        try contents(path) == whole
          + "{\"kind\":\"step\",\"step\":6,\"loss\":3.0}\n{\"kind\":\"validation\",\"step\":6}\n")
    }
  }

  /// A run may start from one step as often as it is killed before the next checkpoint.
  @Test func everyStartIsAppended() throws {
    try withLog { path in
      let log = try MetricsLog(path, continuing: true)
      for step in [0, 10, 10, 0] { try log.append(kind: "start", step: step, fields: []) }
      let again = try MetricsLog(path, continuing: true)
      try again.append(kind: "start", step: 0, fields: [])
      let lines = try contents(path).split(separator: "\n")
      #expect(lines == [0, 10, 10, 0, 0].map { "{\"kind\":\"start\",\"step\":\($0)}" })
    }
  }

  @Test func logCutAnywhereEndsAsTheUninterruptedOne() throws {
    try withLog { path in
      try record(1...12, in: MetricsLog(path, continuing: true))
      let whole = try contents(path)
      for length in 0...whole.utf8.count {
        let left = Data(whole.utf8.prefix(length))
        try left.write(to: URL(fileURLWithPath: path))
        let log = try MetricsLog(path, continuing: true)
        let linesEnd = left.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        #expect(log.tornBytes == length - linesEnd)
        try record(1...12, in: log)
        #expect(try contents(path) == whole, "cut after \(length) bytes")
      }
    }
  }

  @Test func logOfAnotherRunIsKeptUnderAnotherName() throws {
    try withLog { path in
      try record(1...2, in: MetricsLog(path, continuing: false))
      let first = try contents(path)
      try record(1...1, in: MetricsLog(path, continuing: false))
      try record(1...1, in: MetricsLog(path, continuing: false))
      let stem = path.dropLast(".jsonl".count)
      #expect(try contents("\(stem)-1.jsonl") == first)
      #expect(try contents("\(stem)-2.jsonl") == contents(path))
      #expect(try contents(path) == "{\"kind\":\"step\",\"step\":1,\"loss\":0.5}\n")
    }
  }

  @Test func fullDiskIsAnInputOutputError() throws {
    let log = try MetricsLog("/dev/full", continuing: true)
    let error = RunFolderError.inputOutput(
      path: "/dev/full", function: "write", reason: "No space left on device")
    #expect(throws: error) { try log.append(kind: "step", step: 1, fields: []) }
    #expect(error.exitCode == 74)
    #expect("\(error)" == "/dev/full: write: No space left on device")
    #expect(log.lastStep(of: "step") == 1)
  }

  @Test(
    arguments: [
      (MetricValue.number(0.1 + 0.2), "0.30000000000000004"),
      (.number(.leastNonzeroMagnitude), "5e-324"),
      (.number(1e300), "1e+300"), (.number(.nan), "null"), (.number(3), "3.0"),
      (.integer(-7), "-7"), (.flag(true), "true"), (.null, "null"),
      (.text("\u{1}ä\\\t🙂"), "\"\\u0001ä\\\\\\t🙂\""), (.list([]), "[]"),
      (.list([.integer(1), .list([.null])]), "[1,[null]]"), (.object([]), "{}"),
      (.object([("b", .integer(1)), ("a", .integer(2))]), "{\"b\":1,\"a\":2}"),
    ])
  func valuesAreWrittenAsJSON(value: MetricValue, text: String) throws {
    #expect(value.json() == text)
    let wrapped = Data("[\(value.json(indented: true))]".utf8)
    #expect(try JSONSerialization.jsonObject(with: wrapped) is [Any])
  }

  private func record(_ steps: ClosedRange<Int>, in log: MetricsLog) throws {
    for step in steps {
      try log.append(kind: "step", step: step, fields: [("loss", .number(Double(step) / 2))])
    }
    try log.synchronize()
  }

  private func withLog(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { try body("\($0)/metrics.jsonl") }
  }

  private func contents(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }
}
