import Datasets
import Foundation
import MPI

/// Trains one trial of a sweep to the end of a rung.
struct TrialTraining {
  let definition: SweepDefinition
  let folder: SweepFolder
  let options: SweepOptions
  let trial: Int
  let rung: Int
  let plan: TrialPlan
  let group: Communicator

  private var runFolder: String { folder.trial(trial) }

  /// Trains; every rank of the group calls this.
  ///
  /// - Parameters:
  ///   - isOver: Whether the trial's time is over; asked before each step.
  ///   - hasSignal: Whether the sweep is to stop; asked before each step.
  /// - Returns: How it ended; an error of the trial is an outcome, not thrown.
  /// - Throws: What no other trial would survive either.
  func run(isOver: () -> Bool, hasSignal: () -> Bool) throws -> TrialOutcome {
    let start = ContinuousClock.now
    func seconds() -> Double { (ContinuousClock.now - start) / .seconds(1) }
    do {
      return try train(isOver: isOver, hasSignal: hasSignal, seconds)
    } catch {
      // Ranks that wait in vain are no fault of the trial; an objective that no trial has is one of
      // the sweep.
      if error is SweepError { throw error }
      if (error as? any ExitCoded)?.exitCode == MPIError.stallExitCode { throw error }
      if case RunError.diverged(let reason, _) = error {
        return .failed(TrialFailure(cause: .diverged, error: reason, seconds: seconds()))
      }
      return .failed(TrialFailure(cause: .error, error: "\(error)", seconds: seconds()))
    }
  }

  private func train(
    isOver: () -> Bool, hasSignal: () -> Bool, _ seconds: () -> Double
  ) throws -> TrialOutcome {
    let configuration = try configuration()
    try onFirstRank(group) { try setAsideWhatDoesNotFit(configuration) }
    let messages = TrialMessages(runFolder, isWriting: group.rank == 0)
    let display = ProgressDisplay(live: false) { messages.append($0) }
    let run = try TrainingRun(configuration, runOptions, on: group, display: display)
    var timeIsOver = false
    let outcome = try run.run {
      timeIsOver = timeIsOver || isOver()
      return timeIsOver || hasSignal()
    }
    guard case .finished(let metrics) = outcome else {
      let over = try group.allReduce(timeIsOver ? Int64(1) : 0, .maximum)
      guard over > 0 else { return .released(seconds: seconds()) }
      let limit = definition.settings.trialTime ?? ""
      return .failed(
        TrialFailure(
          cause: .time, error: "took longer than sweep.trial_time, \(limit)", seconds: seconds()))
    }
    return .reached(try measurement(metrics, seconds: seconds()))
  }

  /// Puts a run aside that is of other settings, or has come further than it may: the journal that
  /// knew of it is lost.
  private func setAsideWhatDoesNotFit(_ configuration: ResolvedConfiguration) throws {
    let run = RunFolder(runFolder)
    guard FileManager.default.fileExists(atPath: run.configuration) else { return }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: run.checkpoints)) ?? []
    let steps = names.compactMap { name in
      name.hasPrefix("step-") && name.hasSuffix(".h5") ? Int(name.dropFirst(5).dropLast(3)) : nil
    }
    let earlier = try ResolvedConfiguration(savedAt: run.configuration)
    let isAhead = (steps.max() ?? 0) > plan.rungs[rung]
    if isAhead || !configuration.differences(from: earlier).isEmpty {
      try AppendedFile.setAside(runFolder)
    }
  }

  private var isLast: Bool { rung == plan.rungs.count - 1 }

  /// The trial's configuration, which ends at the rung.
  private func configuration() throws(ConfigurationError) -> ResolvedConfiguration {
    var further = ["training.on_rank_failure=abort"]
    if !isLast { further.append("training.steps=\(plan.rungs[rung])") }
    if definition.base.run.data.cache == nil { further.append("data.cache=\(folder.prepared)") }
    return try definition.configuration(plan.settings, further: further)
  }

  private var runOptions: RunOptions {
    var run = RunOptions(
      folder: runFolder, resume: .auto, searchFolders: options.searchFolders,
      timeLimit: options.timeLimit)
    run.outlivesRanks = options.toleratesLosses
    run.job = options.job
    run.isTrial = true
    return run
  }

  /// What was measured, with the further metrics of a sweep that has some.
  private func measurement(
    _ standard: [(name: String, value: Double)], seconds: @autoclosure () -> Double
  ) throws -> TrialMeasurement {
    var metrics = standard
    let names = definition.metrics
    let objective = definition.objective
    let needsMore = !metrics.contains { $0.name == objective }
    if !names.isEmpty, isLast || needsMore {
      let model = try SavedModel(runFolder, overrides: [], on: group) { _ in }
      let further = try model.metrics(
        names, on: .validation, searchFolders: options.searchFolders, on: group, announce: { _ in })
      metrics += further.filter { new in !metrics.contains { $0.name == new.name } }
    }
    guard let value = metrics.first(where: { $0.name == objective })?.value else {
      throw SweepError.noObjective(name: objective, known: metrics.map(\.name))
    }
    guard value.isFinite else {
      throw RunError.diverged(reason: "\(objective) is \(value)", lastCheckpoint: nil)
    }
    let digest = try textFromFirstRank(group) {
      try RunSummary(reading: RunFolder(runFolder).summary)?.texts["parameters_sha256"] ?? ""
    }
    return TrialMeasurement(
      step: plan.rungs[rung], isLast: isLast, objective: value,
      metrics: metrics.filter(\.value.isFinite).map { .init(name: $0.name, value: $0.value) },
      digest: digest.isEmpty ? nil : digest, seconds: seconds())
  }
}

/// What a trial has to say, in a file of its folder.
private final class TrialMessages {
  // A class because the display's closure appends to it.
  private let path: String
  private let isWriting: Bool

  init(_ folder: String, isWriting: Bool) {
    path = "\(folder)/messages.txt"
    self.isWriting = isWriting
  }

  func append(_ text: String) {
    guard isWriting else { return }
    // Said for whoever looks for it; a disk that does not take it will be noticed by the run
    // itself.
    let file = try? FileDescriptor(opening: path, flags: O_WRONLY | O_CREAT | O_APPEND)
    _ = try? file?.write(text.utf8)
  }
}
