extension SweepResults {
  /// Collects what a sweep has come to.
  ///
  /// - Parameters:
  ///   - definition: The sweep.
  ///   - state: How it stands.
  ///   - folder: Where its trials are.
  ///   - isOver: Whether nothing will be trained any more.
  init(
    _ definition: SweepDefinition, _ state: SweepState, in folder: SweepFolder, isOver: Bool
  ) {
    name = definition.name
    direction = definition.settings.direction
    objective = definition.objective
    axes = definition.keys
    trials = state.trials.enumerated().map { number, trial in
      TrialResult(number, trial, folder: folder.trial(number), isOver: isOver)
    }
  }
}

extension TrialResult {
  /// Collects what a trial has come to.
  init(_ number: Int, _ trial: SweepState.Trial, folder: String, isOver: Bool) {
    let last = trial.last
    self.number = number
    settings = trial.plan.settings
    state = State(trial.status, isOver: isOver)
    step = last?.step ?? 0
    objective = last?.objective
    metrics = (last?.metrics ?? []).map { ($0.name, $0.value) }
    digest = last?.digest
    error = trial.status == .failed ? trial.error : nil
    seconds = trial.seconds
    retries = trial.retries
    self.folder = folder
  }
}

extension TrialResult.State {
  /// Says how far a trial is; what waits at a rung when all is over was ended there.
  init(_ status: SweepState.Trial.Status, isOver: Bool) {
    self =
      switch status {
      case .unknown, .ready: .waiting
      case .running: .running
      case .paused: isOver ? .stopped : .paused
      case .finished: .finished
      case .failed: .failed
      }
  }
}
