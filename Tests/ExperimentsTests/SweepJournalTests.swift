import Foundation
import TestSupport
import Testing

@testable import Experiments

struct SweepJournalTests {
  private func write(_ count: Int, in folder: String) throws -> SweepJournal {
    try FileManager.default.createDirectory(
      atPath: "\(folder)/turns", withIntermediateDirectories: true)
    var journal = SweepJournal(in: folder)
    for trial in 0..<count {
      try journal.inTurn { _ in
        [.lost(trial: trial, worker: "w\(trial)", isCounted: true)]
      }
    }
    return journal
  }

  private func trials(_ journal: SweepJournal) -> [Int] {
    journal.records.compactMap { if case .lost(let trial, _, _) = $0.event { trial } else { nil } }
  }

  @Test func aJournalCutAtAnyByteLoadsItsWholeRecordsAndGoesOn() throws {
    try withTemporaryFolder { folder in
      let path = try write(3, in: folder).path
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
      for length in 0...bytes.count {
        try bytes.prefix(length).write(to: URL(fileURLWithPath: path))
        var journal = SweepJournal(in: folder)
        try journal.refresh()
        let whole = ends.count { $0 <= length }
        #expect(trials(journal) == Array(0..<whole))
        try journal.inTurn { _ in [.lost(trial: 9, worker: "w", isCounted: false)] }
        var again = SweepJournal(in: folder)
        try again.refresh()
        #expect(trials(again) == Array(0..<whole) + [9])
      }
    }
  }

  @Test func aLineWithAChangedByteIsPassedOver() throws {
    try withTemporaryFolder { folder in
      let path = try write(3, in: folder).path
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let first = try #require(bytes.firstIndex(of: UInt8(ascii: "\n")))
      var damaged = bytes
      damaged[first + 30] ^= 1
      try damaged.write(to: URL(fileURLWithPath: path))
      var journal = SweepJournal(in: folder)
      try journal.refresh()
      #expect(trials(journal) == [0, 2])
      #expect(journal.damagedLines == [2])
    }
  }

  /// A holder that slept through its turn writes when another has long gone on.
  @Test func whatIsWrittenAfterAnotherTookTheTurnDoesNotCount() throws {
    try withTemporaryFolder { folder in
      let journal = try write(2, in: folder)
      let late = SweepJournal.Record(
        turn: 1, time: 0, event: .lost(trial: 7, worker: "late", isCounted: true))
      let file = try #require(FileHandle(forWritingAtPath: journal.path))
      try file.seekToEnd()
      try file.write(contentsOf: Data(SweepJournal.line(late).utf8))
      try file.close()
      var again = SweepJournal(in: folder)
      try again.refresh()
      #expect(trials(again) == [0, 1])
    }
  }

  @Test func aTurnIsOneProcesssAtATimeAndIsPassedOverWhenItLastsTooLong() throws {
    try withTemporaryFolder { folder in
      var first = TurnLock(folder, patience: .milliseconds(100))
      var second = TurnLock(folder, patience: .milliseconds(100))
      #expect(try first.take(after: 4) == 5)
      #expect(try second.take(after: 4) == nil)
      #expect(try first.holds(5))
      usleep(200_000)
      #expect(try second.take(after: 4) == 6)
      #expect(try !first.holds(5))
      try second.giveBack(6)
      #expect(try first.take(after: 6) == 7)
    }
  }

  @Test func theTurnOfAProcessThatIsGoneIsPassedOverAtOnce() throws {
    try withTemporaryFolder { folder in
      let gone = ProcessIdentity(
        machine: ProcessIdentity.own.machine, number: ProcessIdentity.own.number, start: 1)
      #expect(gone.isGone)
      #expect(!ProcessIdentity.own.isGone)
      try gone.text.write(toFile: "\(folder)/3", atomically: true, encoding: .utf8)
      var lock = TurnLock(folder)
      #expect(try lock.take(after: 2) == 4)
    }
  }

  /// Many writers, each with a journal of its own as processes have.
  @Test func noRecordIsLostOrWrittenTwiceBetweenManyWriters() async throws {
    let folder = NSTemporaryDirectory() + "sweep-journal-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try write(0, in: folder)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          var journal = SweepJournal(in: folder)
          for _ in 0..<10 {
            try journal.inTurn { journal in
              [.lost(trial: journal.records.count, worker: "\(writer)", isCounted: true)]
            }
          }
        }
      }
      try await group.waitForAll()
    }
    var journal = SweepJournal(in: folder)
    try journal.refresh()
    #expect(trials(journal) == Array(0..<40))
  }
}
