import Checkpoints
import DataParallel
import Datasets
import Evaluation
import Foundation
import Layers
public import MPI
import Models
import Tensors
import Training

/// One training run, from a configuration to the files in its folder.
///
/// Every rank makes one; rank 0 writes the log, the summary and the pictures.
public final class TrainingRun {
  // A class because the loop's parts all move the same run forward.
  let configuration: ResolvedConfiguration
  let options: RunOptions
  var world: Communicator
  let display: ProgressDisplay
  let folder: RunFolder
  let data: PreparedDataset
  var trainer: Trainer
  var evaluator: Evaluator
  var checkpoints: RunCheckpoints
  var past = RunCheckpoints.Past()
  var lastCheckpoint: (path: String, step: Int)?
  var lastValidation: Validation?
  /// Copies to go back to when a rank is lost; only of a run that shall survive that.
  var snapshots: RunSnapshots?
  /// The numbers that the ranks had at the start.
  var numbers: [Int]
  var lostRanks = 0
  /// What has buffers that the operations of lost ranks may still use.
  var abandoned: [(Trainer, Evaluator, RunCheckpoints)] = []
  var resumedFrom = 0
  /// The last pictures, and the step that they show.
  var drawn: (pictures: RunPictures, step: Int)?
  /// What TensorBoard shows; on rank 0.
  var events: RunEvents?
  /// Keeps other launches out of the folder; on rank 0.
  private var lock: RunLock?
  private var log: MetricsLog?
  private var logIsFailing = false
  private var timeLimit: TimeLimit?
  private var schedule: CheckpointSchedule
  private var partStart = ContinuousClock.now
  /// What the log says, for the page.
  var history = RunHistory()
  var pageIsFailing = false
  var lastPage: ContinuousClock.Instant?

  /// The last validation, and the step that it was made after.
  typealias Validation = (metrics: EvaluationMetrics, step: Int)

  /// How a run ended.
  public enum Outcome {
    /// All steps were made; the final metrics by name, the same on every rank.
    case finished([(name: String, value: Double)])
    /// It was asked to stop, and can go on from a checkpoint.
    case stopped(step: Int, checkpoint: String?, StopReason)
  }

  /// Why a run stops before its end.
  public enum StopReason: Sendable {
    /// The time that it was given is nearly over.
    case timeLimit
    /// A signal arrived, at one rank at least.
    case signal
  }

  /// What a rank asks of all in a step; the largest request of all ranks is granted.
  private enum Request: Int {
    case nothing
    case checkpoint
    case timeLimit
    case signal
    /// To leave everything as it is: another launch has the folder.
    case surrender

    var stopReason: StopReason? {
      switch self {
      case .nothing, .checkpoint, .surrender: nil
      case .timeLimit: .timeLimit
      case .signal: .signal
      }
    }
  }

  /// Prepares data, model and folder, and resumes what is to be resumed.
  ///
  /// - Parameters:
  ///   - configuration: The run's settings.
  ///   - options: Folder and resumption.
  ///   - world: The ranks of the run; all must call this.
  ///   - display: Where progress is shown; silent on ranks other than 0.
  /// - Throws: What is wrong with configuration, data or folder; nothing is overwritten then.
  public init(
    _ configuration: ResolvedConfiguration, _ options: RunOptions, on world: Communicator,
    display: ProgressDisplay
  ) throws {
    self.configuration = configuration
    self.options = options
    self.world = world
    self.display = display
    timeLimit = options.timeLimit
    schedule = CheckpointSchedule(configuration.run.checkpoints)
    let run = configuration.run
    folder = RunFolder(options.folder)
    try LaunchCheck.compare(configuration, on: world)
    // Before anything is written: a folder that is no run's shall not even get a lock.
    _ = try TrainingRun.checkFolder(configuration, options, on: world)
    try LaunchCheck.checkIsShared(options.folder, on: world)
    var lock: RunLock?
    try onFirstRank(world) { [folder] in
      lock = try RunLock(folder, for: RunHolder(job: options.job, isTrial: options.isTrial))
    }
    self.lock = lock
    let isContinued = try TrainingRun.checkFolder(configuration, options, on: world)
    for note in try Kernels.prepare(for: run, on: world) { display.warn(note) }
    var checkpointFolder = CheckpointFolder(
      path: folder.checkpoints, keep: run.checkpoints.keep)
    let note = try RunCheckpoints.avoidHungMethod(&checkpointFolder, on: world)
    data = try RunData.open(
      run.data, runFolder: options.folder, searchFolders: options.searchFolders, on: world
    ) {
      display.message($0)
    } warn: {
      display.warn($0)
    }
    for note in TrainingRun.notes(on: data, run) { display.warn(note) }
    numbers = Array(0..<world.size)
    for note in try TrainingRun.checkMemory(for: run, data, on: world) { display.warn(note) }
    let parts = try TrainingRun.parts(configuration, data, folder, on: world)
    (trainer, evaluator, checkpoints) = (parts.trainer, parts.evaluator, parts.checkpoints)
    checkpoints.writes(like: checkpointFolder)
    if options.outlivesRanks { checkpoints.writesAlone() }
    if let note { display.warn(note) }
    try warnOfExchangedSums()
    try resume()
    try onFirstRank(world) { log = try openFiles(isContinued: isContinued) }
    if case .from = options.resume { try save(isBest: false) }
  }

  /// Sees whether there is the memory for a run; collective.
  private static func checkMemory(
    for run: RunConfiguration, _ data: borrowing PreparedDataset, on world: Communicator
  ) throws -> [String] {
    let plan = try BatchPlan(
      samples: data.trainingCount, batch: run.training.batch, shards: run.reduction.shards)
    let model = try run.model.model(height: data.height, width: data.width)
    let need = try MemoryNeed(
      run, model, plan, validation: data.validationCount, ranks: world.size)
    return try MemoryCheck.examine(need.total, on: world)
  }

  /// Makes what depends on the ranks that take part.
  static func parts(
    _ configuration: ResolvedConfiguration, _ data: borrowing PreparedDataset, _ folder: RunFolder,
    on world: Communicator
  ) throws -> (trainer: Trainer, evaluator: Evaluator, checkpoints: RunCheckpoints) {
    let run = configuration.run
    let setup = Trainer.Setup(
      model: run.model, training: run.training, reduction: run.reduction, seed: run.seed,
      height: data.height, width: data.width, samples: data.trainingCount,
      evaluationChunk: Evaluator.chunk(for: run.model))
    let trainer = try Trainer(setup, on: world) { try data.readTraining(rows: $0, into: $1) }
    let evaluator = try Evaluator(
      trainer.model, counts: run.model.evaluationCounts, seed: run.seed,
      plan: EvaluationPlan(
        samples: data.validationCount, shards: run.reduction.shards,
        chunk: Evaluator.chunk(for: run.model)), on: world
    ) { try data.readValidation(rows: $0, into: $1) }
    let checkpoints = RunCheckpoints(
      folder.checkpoints, trainer: trainer, configuration: configuration, data: data.digest,
      communicator: world)
    return (trainer, evaluator, checkpoints)
  }

  /// Says if ranks of one machine go through MPI though they were meant to share memory.
  private func warnOfExchangedSums() throws(MPIError) {
    let reduction = configuration.run.reduction
    guard reduction.mode == .exact, reduction.sharedMemory, trainer.exchangesSums,
      try world.isOneNode()
    else { return }
    display.warn(
      "ranks could not share memory for gradients, which makes their sums slower: "
        + "too little memory, or a container of its own for each rank")
  }

  /// Trains to the end of the run and writes its summary and pictures.
  ///
  /// - Parameter hasSignal: Asked before each step; one rank's yes stops all, after a checkpoint.
  /// - Returns: Whether the run was finished or stopped.
  /// - Throws: ``RunError`` if numbers diverge; what cannot be written.
  public func run(hasSignal: () -> Bool = { false }) throws -> Outcome {
    defer { lock = nil }
    partStart = .now
    let total = trainer.totalSteps
    if trainer.progress.step < total {
      display.message(startLine(total))
      logStart()
    }
    if trainer.schedules.warmUpShare > 0.75 {
      display.warn(
        "the learning rate rises for most of the run: training.learning_rate_schedule.warm_up_share=0.05 "
          + "suits a short one better than the recipe's warm-up")
    }
    surviveLosses()
    while trainer.progress.step < total {
      do {
        if let reason = try round(hasSignal, total: total) { return try stop(reason) }
        snapshots?.takeIfDue(self)
      } catch {
        try recover(from: error)
      }
    }
    display.finish()
    return .finished(try finish(hasSignal: hasSignal))
  }

  /// Makes a step, and what is due after it.
  ///
  /// - Returns: Why the run shall stop here, if it shall.
  private func round(_ hasSignal: () -> Bool, total: Int) throws -> StopReason? {
    let (report, granted) = try checked {
      try trainer.step(request: ownRequest(hasSignal).rawValue)
    }
    let request = Request(rawValue: granted) ?? .nothing
    if request == .surrender {
      throw lock?.loss ?? .taken(path: folder.path, holder: "another launch has it")
    }
    record(report, total: total)
    try validateIfDue(report, total: total)
    try checkpointIfDue(total: total, isRequested: request == .checkpoint)
    return trainer.progress.step < total ? request.stopReason : nil
  }

  /// Prepares for the loss of a rank, where the configuration asks for it and the launcher allows
  /// it.
  private func surviveLosses() {
    guard configuration.run.survivesLosses, world.size > 1 else { return }
    guard options.toleratesLosses else {
      display.warn(
        "the loss of a rank will end this run all the same: on_rank_failure continue needs "
          + "mpirun --enable-recovery (srun has no such thing)")
      return
    }
    checkpoints.writesAlone()
    snapshots = RunSnapshots(self)
  }

  /// What this rank asks of all.
  private func ownRequest(_ hasSignal: () -> Bool) -> Request {
    // Asked in every round, since it measures the rounds.
    let isNearEnd = timeLimit?.isNear() == true
    if lock?.isLost == true { return .surrender }
    if hasSignal() { return .signal }
    if isNearEnd { return .timeLimit }
    return world.rank == 0 && schedule.isDue() ? .checkpoint : .nothing
  }

  /// Runs a part of the training, and says of a failure where the run can go on.
  private func checked<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as TrainingError {
      display.finish()
      if case .replicasDiffer = error {
        throw RunError.replicasDiffer(reason: "\(error)", lastCheckpoint: lastCheckpoint?.path)
      }
      throw RunError.diverged(reason: "\(error)", lastCheckpoint: lastCheckpoint?.path)
    }
  }

  private func stop(_ reason: StopReason) throws -> Outcome {
    let step = trainer.progress.step
    if lastCheckpoint?.step != step { try save(isBest: false) }
    writePage(.unfinished)
    display.finish()
    return .stopped(step: step, checkpoint: lastCheckpoint?.path, reason)
  }

  private func record(_ report: StepReport, total: Int) {
    guard world.rank == 0 else { return }
    let rate = throughput
    display.update(
      TrainingProgress(
        epoch: (report.epoch, of: (total - 1) / trainer.plan.stepsPerEpoch + 1),
        step: (report.step, of: total), loss: report.loss, samplesPerSecond: rate,
        secondsLeft: Double(total - report.step) * Double(trainer.plan.batch) / max(rate, 1e-9)))
    if report.step % configuration.run.training.logEvery == 0 {
      write("step", step: report.step, report.fields)
      events?.record(report, batch: trainer.plan.batch)
    }
  }

  /// Says in the log from where, for how long and on how many ranks the run goes.
  func logStart() {
    write(
      MetricsLog.startKind, step: trainer.progress.step,
      [
        ("total_steps", .integer(trainer.totalSteps)),
        ("steps_per_epoch", .integer(trainer.plan.stepsPerEpoch)), ("ranks", .integer(world.size)),
        ("kernels", .text(Kernels.own)), ("kernel_fingerprint", .text(Kernels.fingerprint.text)),
        ("data_sha256", .text(data.digest.samples)),
        ("time", .text(Date.now.formatted(.iso8601))),
      ])
  }

  /// Writes a line of the log.
  ///
  /// A full disk does not end the run: lines wait in memory.
  private func write(_ kind: String, step: Int, _ fields: [(String, MetricValue)]) {
    let fields = fields + [("seconds", .number(seconds))]
    if world.rank == 0 { history.add(kind: kind, step: step, fields: fields) }
    do {
      try log?.append(kind: kind, step: step, fields: fields)
      logIsFailing = false
    } catch {
      if !logIsFailing { display.warn("lines of the log are kept for later: \(error)") }
      logIsFailing = true
    }
  }

  /// Validates at the end of the epochs that ask for it, and at the end of the run.
  private func validateIfDue(_ report: StepReport, total: Int) throws {
    let endsEpoch = report.step % trainer.plan.stepsPerEpoch == 0
    let isDue = endsEpoch && report.epoch % configuration.run.training.validateEvery == 0
    guard isDue || report.step == total else { return }
    let metrics = try validate()
    let fields = metrics.named.map { ($0.name, MetricValue.number($0.value)) }
    past.metrics = MetricValue.object(fields).json()
    let isBest = metrics.objective < past.bestObjective
    if isBest { past.bestObjective = metrics.objective }
    write("validation", step: report.step, [("epoch", .integer(report.epoch))] + fields)
    events?.record(metrics, step: report.step) {
      RunFigures.draw(pictures(), metrics: metrics)
    }
    display.message(
      "step \(report.step): validation \(metrics.summary)")
    if isBest { try save(isBest: true) }
    writePage(.running)
  }

  func validate() throws -> EvaluationMetrics {
    let progress = trainer.progress
    world.watchdog?.activity = "the validation"
    var metrics = try evaluator.evaluate(
      trainer.model, trainer.pass, step: progress.step, eventLimit: progress.eventLimit)
    metrics.countActive(
      of: configuration.run,
      dictionary: trainer.model.dictionary.map { trainer.pass[$0].valueMatrix })
    lastValidation = (metrics, progress.step)
    return metrics
  }

  private func checkpointIfDue(total: Int, isRequested: Bool) throws {
    let step = trainer.progress.step
    let isDue = isRequested || schedule.isDue(step: step) || step == total
    guard isDue, lastCheckpoint?.step != step else { return }
    try save(isBest: false)
  }

  /// Writes a checkpoint; a full or failing disk does not end the run, since the older ones are
  /// intact.
  private func save(isBest: Bool) throws {
    let step = trainer.progress.step
    let start = ContinuousClock.now
    defer { schedule.note(cost: .now - start) }
    // What differs between ranks must not get into a file from which they all go on.
    try checked { try trainer.verifyReplicas() }
    world.watchdog?.activity = "the checkpoint"
    // The log must not be behind the checkpoint: a resumed run does not write older lines again.
    try onFirstRank(world) {
      if !logIsFailing { try log?.synchronize() }
      try events?.synchronize()
    }
    var now = past
    // Each rank writes a part of the file, so all must mean the same number.
    now.seconds = try world.allReduce(seconds, .maximum)
    do throws(CheckpointError) {
      let path = try checkpoints.save(now, isBest: isBest) { display.warn("\($0)") }
      lastCheckpoint = (path, step)
      timeLimit?.note(checkpoint: .now - start)
    } catch {
      guard step < trainer.totalSteps, !error.isStall else { throw error }
      display.warn("no checkpoint at step \(step): \(error)")
    }
  }

  /// Time spent on training, over all parts of the run.
  var seconds: Double { past.seconds + (ContinuousClock.now - partStart) / .seconds(1) }

  /// Samples per second in this part of the run.
  private var throughput: Double {
    let samples = Double((trainer.progress.step - resumedFrom) * trainer.plan.batch)
    return samples / max(1e-9, (ContinuousClock.now - partStart) / .seconds(1))
  }
}
