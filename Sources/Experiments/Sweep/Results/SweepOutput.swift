/// Writes what a sweep has come to into its folder.
struct SweepOutput {
  let folder: SweepFolder

  /// Writes tables and page, each whole or not at all.
  func write(_ results: SweepResults) throws {
  }
}
