import Files
import Foundation

/// The right of several processes, on any machines, to change a shared file one after another.
///
/// A turn is a file with its number for a name, made by exclusive creation, the one operation besides
/// renaming that every network file system does at once for all. Whoever changes the file writes the turn's
/// number with it, so that numbers only grow; a holder that dies or sleeps is passed over after
/// a while by taking the next number, and what it still writes afterwards is known by its number.
struct TurnLock {
  /// The folder of the turns.
  let folder: String
  /// How long a turn may last.
  let patience: Duration
  /// What this lock's turns hold: the process, and a number that no other lock has.
  private let text = "\(ProcessIdentity.own.text) \(UInt64.random(in: 0...UInt64.max))"
  private var seen: (text: String, since: ContinuousClock.Instant)?

  init(_ folder: String, patience: Duration = .seconds(30)) {
    self.folder = folder
    self.patience = patience
  }

  /// Tries to take a turn.
  ///
  /// - Parameter last: The last number that has been written.
  /// - Returns: The turn's number, greater than `last`; `nil` where another process has its turn.
  /// - Throws: `FileError`.
  mutating func take(after last: Int) throws(FileError) -> Int? {
    let holder = try turns().filter { $0 > last }.max()
    if let holder, try !isOver(holder) { return nil }
    let turn = (holder ?? last) + 1
    return try Disk.create("\(folder)/\(turn)", holding: text) ? turn : nil
  }

  /// Waits for a turn at something whose turns are not written anywhere.
  ///
  /// - Parameter isNeedless: Asked meanwhile.
  /// - Returns: The turn; `nil` where it has become needless.
  /// - Throws: `FileError`.
  mutating func wait(unless isNeedless: () -> Bool = { false }) throws(FileError) -> Int? {
    while !isNeedless() {
      if let turn = try take(after: 0) { return turn }
      usleep(UInt32.random(in: 20_000...200_000))
    }
    return nil
  }

  /// Does something in a turn of ``wait(unless:)``.
  mutating func holding(_ body: () throws -> Void) throws {
    guard let turn = try wait() else { return }
    do {
      try body()
    } catch {
      try giveBack(turn)
      throw error
    }
    try giveBack(turn)
  }

  /// Whether a turn is still this lock's: no other process has passed it over, since it lasted too long.
  func holds(_ turn: Int) throws(FileError) -> Bool {
    try turns().max() == turn && contents(turn) == text
  }

  /// The numbers of the turns in the folder.
  private func turns() throws(FileError) -> [Int] {
    try Disk.names(in: folder).compactMap { Int($0) }.filter(\.isCount)
  }

  private func contents(_ turn: Int) -> String? {
    let bytes = try? RegularFile.contents(of: "\(folder)/\(turn)", atMost: 4096)
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Ends a turn.
  func giveBack(_ turn: Int) throws(FileError) {
    for name in try Disk.names(in: folder) {
      if let number = Int(name), number <= turn { try Disk.removeIfPresent("\(folder)/\(name)") }
    }
  }

  /// Whether the holder of a turn is gone, or has had it for too long.
  private mutating func isOver(_ turn: Int) throws(FileError) -> Bool {
    let text = contents(turn) ?? ""
    if ProcessIdentity(text)?.isGone == true { return true }
    let name = "\(turn) \(text)"
    guard let seen, seen.text == name else {
      seen = (name, .now)
      return false
    }
    return ContinuousClock.now - seen.since > patience
  }
}
