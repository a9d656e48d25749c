import Checkpoints
import DataParallel
import Datasets
import Foundation
import Layers
import MPI
import Models
import Training

extension TrainingRun {
  /// Sees whether the run may be begun in its folder, or the run in it continued.
  ///
  /// - Returns: Whether there is a run to be continued.
  static func checkFolder(
    _ configuration: ResolvedConfiguration, _ options: RunOptions, on world: Communicator
  ) throws -> Bool {
    let folder = RunFolder(options.folder)
    let answer = try textFromFirstRank(world) {
      try folder.checkIsForRun()
      guard folder.holdsRun else { return "new" }
      guard options.resume == .auto else { throw RunError.folderInUse(options.folder) }
      if FileManager.default.fileExists(atPath: folder.configuration) {
        let text = try ResolvedConfiguration.text(of: folder.configuration)
        try checkIsSameRun(configuration, text, path: folder.configuration)
      }
      return "continued"
    }
    return answer == "continued"
  }

  /// Sees whether a run of other settings could be continued with these.
  static func checkIsSameRun(
    _ configuration: ResolvedConfiguration, _ text: String, path: String
  ) throws(ConfigurationError) {
    let earlier = try ResolvedConfiguration(saved: text, source: path)
    let differences = configuration.differences(from: earlier)
    guard differences.isEmpty else { throw .differs(path: path, differences: differences) }
  }

  /// Makes the run's folder and opens its logs; on rank 0.
  func openFiles(isContinued: Bool) throws -> MetricsLog {
    try folder.create()
    try folder.writeConfiguration(configuration.yaml)
    let log = try MetricsLog(folder.metrics, continuing: isContinued)
    if isContinued { history = try RunHistory(reading: folder.metrics) }
    if let damage = history.damagedLines.text { display.warn(damage) }
    if log.tornBytes > 0 { display.warn("cut a torn line off \(folder.metrics)") }
    events = try RunEvents(folder, isContinued: isContinued, step: resumedFrom, display: display)
    return log
  }

  /// Restores the checkpoint that the run is to continue from, and says so.
  func resume() throws {
    let restored: (path: String, state: CheckpointState)
    switch options.resume {
    case .never: return
    case .auto:
      guard let newest = try restoreNewest() else { return }
      restored = newest
    case .from(let path):
      let file = try textFromFirstRank(world) {
        try SavedModel.checkpoint(of: path) { display.message($0) }
      }
      let state = try Checkpoint.readState(file, on: world)
      try TrainingRun.checkIsSameRun(configuration, state.configuration, path: file)
      restored = (file, try checkpoints.restore(file))
    }
    let comparison = DataComparison(data, restored.state)
    if comparison.verdict == .other {
      throw RunError.otherData(
        checkpoint: restored.path, found: comparison.found, expected: comparison.expected)
    }
    past = try checkpoints.continueFrom(restored.state, path: restored.path)
    resumedFrom = trainer.progress.step
    lastCheckpoint = (restored.path, resumedFrom)
    guard resumedFrom <= trainer.totalSteps else {
      throw ConfigurationError.invalidValue(
        place: restored.path, key: "training.steps", found: "\(trainer.totalSteps)",
        expected: "at least the \(resumedFrom) steps that the run has made")
    }
    display.message("resuming from \(restored.path) at step \(resumedFrom)")
    if let note = comparison.note { display.warn(note) }
    if restored.state.fingerprint != Kernels.fingerprint.text {
      display.warn(
        "so far computed with \(restored.state.kernels), now with \(Kernels.own): sound, "
          + "but not the same bits as without the interruption")
    }
  }

  /// Restores the newest valid checkpoint of the run's folder.
  ///
  /// - Returns: Nothing where there is none at all.
  /// - Throws: ``RunError/noCheckpoint(path:damaged:)`` where all are damaged: to begin anew is for
  ///   the user to decide.
  private func restoreNewest() throws -> (path: String, state: CheckpointState)? {
    let resumed = try checkpoints.restoreNewest()
    for file in resumed.passedOver { display.warn("passed over \(file.reason)") }
    guard let path = resumed.path, let state = resumed.state else {
      if resumed.passedOver.isEmpty { return nil }
      throw RunError.noCheckpoint(
        path: folder.checkpoints, damaged: resumed.passedOver.map(\.reason))
    }
    try TrainingRun.checkIsSameRun(configuration, state.configuration, path: path)
    return (path, state)
  }

  /// What is to be said of the data, and of a model on them, before anything is trained.
  static func notes(
    on data: borrowing PreparedDataset, _ run: RunConfiguration
  ) -> [String] {
    let latents = run.model.latents
    guard latents > data.trainingCount else { return data.notes }
    return data.notes + [
      "model.latents is \(latents), more than the \(data.trainingCount) training samples of "
        + "\(data.path): each can be learned by heart"
    ]
  }

  /// One line about what is about to happen.
  func startLine(_ total: Int) -> String {
    "\(folder.path): \(trainer.layout.parameterCount) parameters, "
      + "\(total - trainer.progress.step) steps of \(trainer.plan.batch) samples on "
      + "\(world.size) rank\(world.size == 1 ? "" : "s"), "
      + "data energy \(formatted(data.trainingEnergy))"
  }
}
