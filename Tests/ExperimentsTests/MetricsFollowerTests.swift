import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite struct MetricsFollowerTests {
  @Test func linesAreReadOnceAsTheyCome() throws {
    try withLog { path in
      var follower = MetricsFollower(path)
      #expect(try !follower.poll())
      let log = try MetricsLog(path, continuing: true)
      for step in 1...5 {
        try log.append(kind: "step", step: step, fields: [("loss", .number(Double(step)))])
        if step == 3 { #expect(try follower.poll()) }
      }
      #expect(try follower.poll())
      #expect(try !follower.poll())
      #expect(follower.lines.map(\.step) == Array(1...5))
      #expect(follower.lines.map(\.loss) == (1...5).map(Double.init))
    }
  }

  @Test func aTornLineIsLeftUntilItsEndComes() throws {
    try withLog { path in
      let lines = [#"{"kind":"step","step":1}"#, #"{"kind":"validation","step":2}"#]
      let whole = Data((lines.joined(separator: "\n") + "\n").utf8)
      for length in 0...whole.count {
        var follower = MetricsFollower(path)
        try whole.prefix(length).write(to: URL(fileURLWithPath: path))
        _ = try follower.poll()
        let ends = whole.prefix(length).count { $0 == UInt8(ascii: "\n") }
        #expect(follower.lines.map(\.step) == Array([1, 2].prefix(ends)), "\(length) bytes")
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: whole.dropFirst(length))
        try file.close()
        _ = try follower.poll()
        #expect(follower.lines.map(\.step) == [1, 2], "\(length) bytes")
      }
    }
  }

  @Test func aFileThatWasSetAsideIsReadNoMore() throws {
    try withLog { path in
      let first = try MetricsLog(path, continuing: true)
      for step in 1...9 { try first.append(kind: "step", step: step, fields: []) }
      var follower = MetricsFollower(path)
      _ = try follower.poll()
      #expect(follower.lines.count == 9)
      let second = try MetricsLog(path, continuing: false)
      _ = try follower.poll()
      #expect(follower.lines.isEmpty)
      try second.append(kind: "step", step: 7, fields: [])
      #expect(try follower.poll())
      #expect(follower.lines.map(\.step) == [7])
    }
  }

  @Test func whatIsNoLineOfAStepOrAValidationIsPassedOver() throws {
    try withLog { path in
      try writeAtomically(
        """
        {"kind":"step","step":1,"loss":null,"seconds":0.5}
        {"kind":"weather","step":2}
        not JSON
        {"kind":"validation","step":3,"nelbo":2.5}

        """, to: path)
      var follower = MetricsFollower(path)
      #expect(try follower.poll())
      #expect(
        follower.lines == [
          MetricsLine(kind: .step, step: 1, seconds: 0.5),
          MetricsLine(kind: .validation, step: 3, nelbo: 2.5),
        ])
    }
  }

  private func withLog(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { try body("\($0)/metrics.jsonl") }
  }
}
