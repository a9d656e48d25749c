import Experiments
import Foundation
import Reporting
import TestSupport
import Testing

@Suite struct EventLogTests {
  @Test func recordedStepsAreNotAppendedAgain() throws {
    try withTemporaryFolder { folder in
      try record(1...5, in: folder)
      let whole = try contents(folder)
      try record(2...5, in: folder)
      #expect(try contents(folder) == whole)
      try record(4...8, in: folder)
      let longer = try contents(folder)
      #expect(longer.starts(with: whole))
      #expect(try steps(folder) == ["loss": Array(1...8), "nelbo": [4, 8]])
    }
  }

  @Test func aTagThatIsNewAtAStepIsAppended() throws {
    try withTemporaryFolder { folder in
      var log = try EventLog(folder, continuing: true)
      try log.append(step: 3, [.init("a", .scalar(1))])
      #expect(!log.lacks("a", step: 3) && log.lacks("a", step: 4) && log.lacks("b", step: 1))
      try log.append(step: 3, [.init("a", .scalar(2)), .init("b", .scalar(3))])
      #expect(try steps(folder) == ["a": [3], "b": [3]])
    }
  }

  @Test func aFileCutAnywhereEndsWithEachStepOnce() throws {
    try withTemporaryFolder { folder in
      try record(1...4, in: folder)
      let whole = try contents(folder)
      let path = try file(folder)
      for length in 0...whole.count {
        try whole.prefix(length).write(to: URL(fileURLWithPath: path))
        try record(1...4, in: folder)
        #expect(
          try steps(folder) == ["loss": Array(1...4), "nelbo": [4]], "cut after \(length) bytes")
        #expect(try contents(folder).count == whole.count, "cut after \(length) bytes")
      }
    }
  }

  @Test func whatWasCutOffIsCounted() throws {
    try withTemporaryFolder { folder in
      try record(1...2, in: folder)
      let whole = try contents(folder)
      try whole.dropLast(3).write(to: URL(fileURLWithPath: file(folder)))
      let log = try EventLog(folder, continuing: true)
      let left = try contents(folder)
      #expect(log.tornBytes == whole.count - 3 - left.count && left.count < whole.count - 3)
    }
  }

  @Test func eventsOfAnotherRunAreKeptInAnotherFolder() throws {
    try withTemporaryFolder { folder in
      let events = "\(folder)/tensorboard"
      try record(1...3, in: events)
      let first = try contents(events)
      var log = try EventLog(events, continuing: false)
      try log.append(step: 1, [.init("loss", .scalar(0))])
      #expect(try contents("\(folder)/tensorboard-1") == first)
      #expect(try steps(events) == ["loss": [1]])
    }
  }

  @Test func theFilesNameIsThatOfAnEventFile() throws {
    try withTemporaryFolder { folder in
      try record(1...1, in: folder)
      let words = try file(folder).split(separator: "/").last.map { $0.split(separator: ".") } ?? []
      #expect(words.prefix(3) == ["events", "out", "tfevents"])
      let seconds = Double(words[3]) ?? 0
      #expect(abs(seconds - Date().timeIntervalSince1970) < 60)
      #expect(words.count >= 6)
    }
  }

  private func record(_ steps: ClosedRange<Int>, in folder: String) throws {
    var log = try EventLog(folder, continuing: true)
    for step in steps {
      try log.append(step: step, [.init("loss", description: "nats", .scalar(Double(step)))])
      guard step % 4 == 0 else { continue }
      try log.append(
        step: step,
        [.init("nelbo", .scalar(1)), .init("kl", .histogram(Histogram(of: [1, 2, 3])))])
    }
    try log.synchronize()
  }

  private func file(_ folder: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.count == 1)
    return "\(folder)/\(names.first ?? "")"
  }

  private func contents(_ folder: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: file(folder)))
  }

  /// The steps of each number's tag, in the order of the file.
  private func steps(_ folder: String) throws -> [String: [Int]] {
    let file = try EventFile([UInt8](contents(folder)))
    #expect(file.isWhole)
    var steps: [String: [Int]] = [:]
    for event in file.events {
      for tag in event.tags where tag != "kl" { steps[tag, default: []].append(event.step) }
    }
    return steps
  }
}
