import Files
import Foundation

/// The right of several processes, on any machines, to change a shared file one after another.
///
/// A turn is a file with its number for a name, made by exclusive creation, the one operation
/// besides renaming that every network file system does at once for all. Whoever changes the file
/// writes the turn's number with it, so that numbers only grow; a holder that dies or sleeps is
/// passed over after a while by taking the next number, and what it still writes afterwards is
/// known by its number.
struct TurnLock {
  /// The folder of the turns.
  let folder: String
  /// How long a turn may last; of those that last, how long their holder may give no sign of life.
  let patience: Duration
  /// What this lock's turns hold: the process, a number that no other lock has, and a note.
  private let text: String
  /// Whether holders give signs of life, for as long as they live.
  private let isLasting: Bool
  private var seen: (text: String, since: ContinuousClock.Instant)?

  /// Names a folder of turns, without looking at it.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - patience: How long a turn may last, or its holder give no sign of life.
  ///   - isLasting: Whether turns last as long as their holders live, who say so by
  ///     ``giveSign(of:)``.
  ///   - note: What turns hold besides, in words.
  init(
    _ folder: String, patience: Duration = .seconds(30), isLasting: Bool = false, note: String = ""
  ) {
    self.folder = folder
    self.patience = patience
    self.isLasting = isLasting
    text = "\(ProcessIdentity.own.text) \(UInt64.random(in: 0...UInt64.max)) \(note)"
  }

  /// Tries to take a turn.
  ///
  /// - Parameters:
  ///   - last: The last number that has been written.
  ///   - isHeir: Asked whether a turn, of which it gets the text, ends because this process begins.
  /// - Returns: The turn's number, greater than `last`; `nil` where another process has its turn.
  /// - Throws: `FileError`.
  mutating func take(
    after last: Int, isHeir: (String) -> Bool = { _ in false }
  ) throws(FileError) -> Int? {
    let holder = try turns().filter { $0 > last }.max()
    if let holder, !isHeir(contents(holder) ?? ""), try !isOver(holder) { return nil }
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

  /// Whether a turn is still this lock's: no other process has passed it over, since it lasted too
  /// long.
  func holds(_ turn: Int) throws(FileError) -> Bool {
    try turns().max() == turn && contents(turn) == text
  }

  /// The numbers of the turns in the folder.
  private func turns() throws(FileError) -> [Int] {
    try Disk.names(in: folder).compactMap { Int($0) }.filter(\.isCount)
  }

  /// Who has a turn.
  struct Holder {
    /// What the turn holds.
    let text: String
    /// For how long there was no sign of life.
    let silence: Duration
  }

  /// Who has the turn now.
  ///
  /// - Returns: The holder; `nil` where there is none.
  /// - Throws: `FileError`.
  func holder() throws(FileError) -> Holder? {
    guard let turn = try turns().max(),
      let silence = try Disk.age(of: "\(folder)/\(turn)")
    else { return nil }
    return Holder(text: contents(turn) ?? "", silence: silence)
  }

  /// Whether a holder is this lock.
  func isOwn(_ holder: Holder) -> Bool { holder.text == text }

  /// Says that the holder of a turn lives.
  func giveSign(of turn: Int) {
    // One that cannot be given now is given the next time.
    utimes("\(folder)/\(turn)", nil)
  }

  /// Takes a turn anew whose file somebody has removed, unless another process has one.
  func restore(_ turn: Int) throws(FileError) {
    try Disk.makeFolder(folder)
    _ = try Disk.create("\(folder)/\(turn)", holding: text)
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
    let process = ProcessIdentity(text)
    if process?.isGone == true { return true }
    if isLasting {
      // Whoever lives on this machine has its turn, even if it sleeps.
      if let process, process.machine == ProcessIdentity.own.machine { return false }
      return try Disk.age(of: "\(folder)/\(turn)").map { $0 > patience } ?? false
    }
    let name = "\(turn) \(text)"
    guard let seen, seen.text == name else {
      seen = (name, .now)
      return false
    }
    return ContinuousClock.now - seen.since > patience
  }
}
