/// The journal of a sweep, and how the sweep stands by it.
struct SweepLedger {
  private(set) var journal: SweepJournal
  private(set) var state: SweepState
  /// Lines about what cannot have happened.
  private var impossibleLines: [Int] = []

  /// Opens the ledger of a folder and reads it.
  ///
  /// - Parameters:
  ///   - folder: The sweep's folder.
  ///   - definition: The sweep.
  /// - Throws: ``RunFolderError``; ``SweepError`` where the journal cannot be gone on with.
  init(_ folder: String, _ definition: SweepDefinition) throws {
    journal = SweepJournal(in: folder)
    state = SweepState(definition)
    try refresh()
  }

  /// Lines of the journal that were passed over: damaged, or about trials that the sweep does not
  /// have.
  ///
  /// What they told is found out again.
  var damagedLines: DamagedLines {
    DamagedLines(journal.path, (journal.damagedLines + impossibleLines).sorted())
  }

  /// Takes note of what others have written.
  ///
  /// - Returns: What is new.
  @discardableResult
  mutating func refresh() throws -> [SweepEvent] { apply(try journal.refresh()) }

  /// Takes a turn, in which nobody else decides.
  ///
  /// - Parameter body: Gets the state as it is, and says what is to be written.
  /// - Returns: What is new, the writing of others included.
  /// - Throws: What `body` throws; what cannot be read or written.
  @discardableResult
  mutating func inTurn(_ body: (inout SweepState) throws -> [SweepEvent]) throws -> [SweepEvent] {
    let known = journal.records.count
    let before = state
    return apply(
      try journal.inTurn { journal in
        var now = before
        for record in journal.records[known...] { now.apply(record.event) }
        return try body(&now)
      })
  }

  private mutating func apply(_ records: ArraySlice<SweepJournal.Record>) -> [SweepEvent] {
    records.indices.compactMap { index in
      if state.apply(records[index].event) { return records[index].event }
      impossibleLines.append(journal.lines[index])
      return nil
    }
  }
}
