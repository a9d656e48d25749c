extension SweepDefinition {
  /// Reads what a sweep has left, decides what would be next, and writes its tables and page; no
  /// trial is trained.
  ///
  /// - Parameter folder: The sweep's folder.
  /// - Returns: What of the journal was passed over; `nil` where all of it could be used.
  /// - Throws: What cannot be read or written.
  package func reread(_ folder: String) throws -> String? {
    let ledger = try SweepLedger(folder, self)
    var seen = SweepState(self)
    let events = ledger.journal.records.map(\.event).filter { seen.apply($0) }
    SweepDisplay(folder: folder, isLive: true) { _ in }.show(events, ledger.state, self)
    var planner = SweepPlanner(self, searchFolders: [])
    _ = try planner.next(ledger.state)
    let output = SweepOutput(definition: self, folder: SweepFolder(path: folder))
    for isOver in [false, true] { try output.write(ledger, isOver: isOver) }
    let results = SweepResults(
      self, ledger.state, in: SweepFolder(path: folder), isOver: true)
    let session = ledger.state.workers.values.first?.session ?? ""
    _ = SweepReport(results, ledger.journal.records, session: session, width: 100).lines
    return ledger.damagedLines.text
  }
}
