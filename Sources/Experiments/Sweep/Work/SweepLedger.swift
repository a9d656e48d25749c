/// The journal of a sweep, and how the sweep stands by it.
struct SweepLedger {
  private(set) var journal: SweepJournal
  private(set) var state: SweepState

  /// Opens the ledger of a folder and reads it.
  init(_ folder: String, _ policy: FailurePolicy) throws {
    journal = SweepJournal(in: folder)
    state = SweepState(policy)
    try refresh()
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
    for record in records { state.apply(record.event) }
    return records.map(\.event)
  }
}
