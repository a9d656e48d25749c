import Digests
import Files
import Foundation

/// All that happened in a sweep, in a file that only grows.
///
/// A line is the length of its JSON in bytes, the first 16 digits of that text's SHA-256, and the
/// text. One process writes at a time (``TurnLock``), and each decision is on the disk before
/// anybody acts on it.
struct SweepJournal {
  /// A line.
  struct Record: Codable, Sendable {
    /// The turn in which it was written.
    var turn: Int
    /// Seconds since 1970.
    var time: Double
    var event: SweepEvent
  }

  /// The file.
  let path: String
  /// The records so far.
  private(set) var records: [Record] = []
  /// The number of each record's line, from 1.
  private(set) var lines: [Int] = []
  /// The turn of the last record; 0 where there is none.
  private(set) var lastTurn = 0
  /// The numbers of lines that were passed over: their writer died, or the disk has changed them.
  private(set) var damagedLines: [Int] = []
  private var offset = 0
  /// How many lines were read to their ends.
  private var lineCount = 0
  /// A turn that no sweep comes to: numbers of turns grow by one from it on.
  private static let lastPossibleTurn = Int.greatestCount
  private var lock: TurnLock

  /// Names a journal, without looking at it.
  ///
  /// - Parameter folder: The sweep's folder.
  init(in folder: String) {
    path = "\(folder)/journal.jsonl"
    lock = TurnLock("\(folder)/turns")
  }

  /// Reads what was added.
  ///
  /// A line that is not whole is left: it is being written, or its writer died.
  ///
  /// - Returns: The new records.
  /// - Throws: ``RunFolderError``.
  @discardableResult
  mutating func refresh() throws -> ArraySlice<Record> {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let file = try FileDescriptor(opening: path, flags: O_RDONLY)
    return take(try file.readAll(from: offset))
  }

  /// Takes a turn, in which nobody else writes.
  ///
  /// - Parameter body: Gets the journal as it is, and says what is to be added to it.
  /// - Returns: The new records, those of others included.
  /// - Throws: What `body` throws; ``RunFolderError``; `FileError`.
  @discardableResult
  mutating func inTurn(_ body: (SweepJournal) throws -> [SweepEvent]) throws -> ArraySlice<Record> {
    let before = records.count
    while true {
      try refresh()
      guard lastTurn < SweepJournal.lastPossibleTurn else {
        throw SweepError.journal(
          place: "\(path):\(lines.last ?? 1)",
          problem: "turn \(lastTurn), after which there is none: remove this line")
      }
      if let turn = try lock.take(after: lastTurn) {
        let isDone: Bool
        do {
          isDone = try use(turn, body)
        } catch {
          try lock.giveBack(turn)
          throw error
        }
        try lock.giveBack(turn)
        if isDone { return records[before...] }
      }
      usleep(UInt32.random(in: 2_000...20_000))
    }
  }

  /// Writes in a turn, unless it turns out to be over: the folder may have been listed late, or
  /// this process have slept.
  private mutating func use(_ turn: Int, _ body: (SweepJournal) throws -> [SweepEvent]) throws
    -> Bool
  {
    try refresh()
    guard lastTurn < turn, try lock.holds(turn) else { return false }
    let events = try body(self)
    guard !events.isEmpty else { return true }
    let time = Date().timeIntervalSince1970
    let text = try events.map { event in
      try SweepJournal.line(Record(turn: turn, time: time, event: event))
    }.joined()
    guard try lock.holds(turn) else { return false }
    try append(text)
    try refresh()
    return true
  }

  /// Adds lines to the file, and waits for the disk.
  ///
  /// Nothing is ever cut off, since another process may have written it: what a dead writer left is
  /// ended by a line break, and readers pass it over.
  private func append(_ text: String) throws {
    let file = try FileDescriptor(opening: path, flags: O_RDWR | O_CREAT | O_APPEND)
    let end = try file.size()
    let isTorn = try end > 0 && file.readAll(from: end - 1) != [UInt8(ascii: "\n")]
    let bytes = Array(((isTorn ? "\n" : "") + text).utf8)
    let count = try file.write(bytes)
    guard count == bytes.count else {
      throw RunFolderError.inputOutput(
        path: path, function: "write", reason: "took \(count) of \(bytes.count) bytes")
    }
    try file.synchronize()
    try file.close()
    if end == 0 { try Disk.synchronize(Disk.folder(of: path)) }
  }

  /// A record as it stands in the file.
  static func line(_ record: Record) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = String(decoding: try encoder.encode(record), as: UTF8.self)
    return "\(json.utf8.count) \(SHA256.hex(of: json).prefix(16)) \(json)\n"
  }

  /// Understands the lines of bytes that follow on those before; the last one may lack its end.
  private mutating func take(_ bytes: [UInt8]) -> ArraySlice<Record> {
    let before = records.count
    var start = 0
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      lineCount += 1
      // The line break behind a last line that was read without one.
      if end > start { take(line: bytes[start..<end], number: lineCount) }
      start = end + 1
    }
    offset += start
    if let record = SweepJournal.record(bytes[start...]) {
      heed(record, line: lineCount + 1)
      offset += bytes.count - start
    }
    return records[before...]
  }

  private mutating func take(line: ArraySlice<UInt8>, number: Int) {
    guard let record = SweepJournal.record(line) else { return damagedLines.append(number) }
    heed(record, line: number)
  }

  private mutating func heed(_ record: Record, line: Int) {
    // Written by one whose turn was over.
    if record.turn < lastTurn { return }
    lastTurn = record.turn
    records.append(record)
    lines.append(line)
  }

  /// The record of a line, if length and digest are right.
  private static func record(_ line: ArraySlice<UInt8>) -> Record? {
    let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
    guard parts.count == 3, Int(String(decoding: parts[0], as: UTF8.self)) == parts[2].count
    else { return nil }
    let json = String(decoding: parts[2], as: UTF8.self)
    guard SHA256.hex(of: json).prefix(16) == String(decoding: parts[1], as: UTF8.self) else {
      return nil
    }
    guard let record = try? JSONDecoder().decode(Record.self, from: Data(json.utf8)),
      record.turn.isCount, (0...1e11).contains(record.time)
    else { return nil }
    return record
  }
}
