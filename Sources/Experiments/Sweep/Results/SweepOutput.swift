/// Writes what a sweep has come to into its folder.
struct SweepOutput {
  let definition: SweepDefinition
  let folder: SweepFolder

  /// Writes tables, page and Optuna's journal, each whole or not at all.
  ///
  /// - Parameters:
  ///   - ledger: How the sweep stands.
  ///   - isOver: Whether nothing will be trained any more.
  /// - Throws: ``RunFolderError``.
  func write(_ ledger: SweepLedger, isOver: Bool) throws(RunFolderError) {
    let results = SweepResults(definition, ledger.state, in: folder, isOver: isOver)
    let table = SweepTable(results)
    let study = OptunaStudy(definition, ledger.journal.records, isOver: isOver)
    try writeAtomically(table.csv, to: folder.table)
    try writeAtomically(table.latex, to: folder.latex)
    try writeAtomically(OptunaJournal.text(study), to: folder.optuna)
    try writeAtomically(SweepPage.html(results, folder: folder.path), to: folder.page)
  }
}
