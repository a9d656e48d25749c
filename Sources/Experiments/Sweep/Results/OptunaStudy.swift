/// A sweep in Optuna's terms: what ``OptunaJournal`` writes.
struct OptunaStudy: Sendable {
  /// The study's name, by which Optuna finds it.
  let name: String
  /// The name of what is minimized or maximized.
  let objective: String
  /// Which of two objectives is the better one.
  let direction: SweepDirection
  /// What has happened so far, in that order.
  let events: [OptunaEvent]
}
