import Training

/// The last copies in memory of a run that shall survive the loss of a rank.
///
/// There are two: when a rank is lost, some of the others may have taken one more than the rest.
struct RunSnapshots {
  /// Steps from one copy to the next: three copies of the parameters in the time of a hundred steps.
  private static let interval = 100

  /// A run at a step.
  struct Snapshot {
    var trainer: TrainerSnapshot
    var past: RunCheckpoints.Past
    var lastValidation: TrainingRun.Validation?

    var step: Int { trainer.progress.step }
  }

  private var newest: Snapshot
  private var older: Snapshot?

  /// Takes the first copy.
  init(_ run: TrainingRun) { newest = RunSnapshots.copy(run) }

  /// The step of the newest copy.
  var step: Int { newest.step }

  /// Takes a copy after the steps that ask for one.
  mutating func takeIfDue(_ run: TrainingRun) {
    guard run.trainer.progress.step % RunSnapshots.interval == 0 else { return }
    guard var next = older else {
      older = newest
      newest = RunSnapshots.copy(run)
      return
    }
    next.trainer.take(from: run.trainer)
    next.past = run.past
    next.lastValidation = run.lastValidation
    older = newest
    newest = next
  }

  /// The copy of a step.
  func of(step: Int) -> Snapshot? {
    if newest.step == step { return newest }
    return older.flatMap { $0.step == step ? $0 : nil }
  }

  private static func copy(_ run: TrainingRun) -> Snapshot {
    Snapshot(
      trainer: TrainerSnapshot(of: run.trainer), past: run.past, lastValidation: run.lastValidation)
  }
}
