import Datasets
import Files
import Foundation
public import MPI

/// A sweep, from its file to the tables and pages in its folder.
///
/// Every rank makes one. Rank 0 checks, opens the journal, shows what goes on and writes the
/// results; in between it trains like the others.
public struct SweepRun {
  private let definition: SweepDefinition
  private let options: SweepOptions
  private let world: Communicator
  private let display: SweepDisplay

  /// How a sweep ended.
  public enum Outcome: Sendable {
    /// All trials are decided; lines that say what came out.
    case finished([String])
    /// It was asked to stop, and can go on.
    case stopped
  }

  /// Checks everything, opens the journal and prepares the data; collective.
  ///
  /// - Parameters:
  ///   - definition: The sweep.
  ///   - options: Folder and launch.
  ///   - world: The ranks; all must call this.
  ///   - display: Where progress is shown; silent on ranks other than 0.
  /// - Throws: What is wrong with sweep, data or folder; nothing is overwritten then.
  public init(
    _ definition: SweepDefinition, _ options: SweepOptions, on world: Communicator,
    display: SweepDisplay
  ) throws {
    self.definition = definition
    self.options = options
    let world = try world.watched(timeout: options.stallTimeout)
    self.world = world
    self.display = display
    let perTrial = definition.settings.ranksPerTrial
    guard perTrial <= world.size else {
      throw SweepError.tooFewRanks(found: world.size, perTrial: perTrial)
    }
    for note in definition.notes { display.message("warning: \(note)") }
    try LaunchCheck.compare(definition.base, on: world)
    for note in try Kernels.prepare(for: definition.base.run, on: world) {
      display.message("warning: \(note)")
    }
    try onFirstRank(world) { try SweepFolder(path: options.folder).checkIsForSweep() }
    try LaunchCheck.checkIsShared(options.folder, on: world)
    try onFirstRank(world) {
      var planner = SweepPlanner(definition, searchFolders: options.searchFolders)
      try planner.check()
      try open()
    }
    try prepareData()
  }

  /// Trains all trials; every rank calls this.
  ///
  /// - Parameter hasSignal: Asked before each step; one rank's yes stops its group.
  /// - Returns: How the sweep ended.
  /// - Throws: ``SweepError`` where a failure ends the sweep or all trials failed; what cannot be
  ///   written.
  public func run(hasSignal: @escaping () -> Bool) throws -> Outcome {
    let count = world.size / definition.settings.ranksPerTrial
    let color = world.rank * count / world.size
    let members = (0..<world.size).filter { $0 * count / world.size == color }
    let session = try world.broadcast("\(getpid())-\(UInt64.random(in: 0...UInt64.max))", from: 0)
    let ranks = try world.subgroup(members).watched(timeout: options.stallTimeout)
    let group = try RankGroup(
      definition, options, group: ranks, session: session, display: display, hasSignal: hasSignal,
      report: world.rank == 0 ? { try writeResults(isOver: false) } : nil)
    let ending = try group.run()
    display.finish()
    if group.isLeader { try writeResults(isOver: ending == .finished) }
    if try group.lostRanks(of: session) { Communicator.expectNoFarewell() }
    guard case .finished = ending else { return .stopped }
    return .finished(group.isLeader ? try conclusion(session: session) : [])
  }

  /// Begins the journal, or sees whether the one that is there is of this sweep.
  private func open() throws {
    let folder = SweepFolder(path: options.folder)
    let names = ["", "/turns", "/turns/data", "/turns/results", "/workers", "/trials"]
    for path in names.map({ folder.path + $0 }) {
      try RunFolder(path).make()
    }
    var ledger = try SweepLedger(options.folder, definition)
    let own = definition.identity
    if let earlier = ledger.state.settings {
      guard options.resumes else { throw SweepError.folderInUse(options.folder) }
      try compare(own, earlier)
    } else {
      let events = try ledger.inTurn { state in
        // Another launch may have been faster.
        if let earlier = state.settings {
          try compare(own, earlier)
          return []
        }
        try writeAtomically(definition.text, to: folder.definition)
        return [.opened(settings: own)]
      }
      display.show(events, ledger.state, definition)
    }
    if let damage = ledger.damagedLines.text { display.message("warning: \(damage)") }
  }

  private func compare(_ own: [String: String], _ earlier: [String: String]) throws(SweepError) {
    let differences = Set(own.keys).union(earlier.keys).sorted().filter { own[$0] != earlier[$0] }
    guard !differences.isEmpty else { return }
    throw .differs(
      path: options.folder,
      differences: differences.map {
        "\($0) is \(earlier[$0] ?? "missing") there and \(own[$0] ?? "missing") here"
      })
  }

  /// Prepares the data that trials will need, by all ranks together; one launch after another.
  private func prepareData() throws {
    let cache = SweepFolder(path: options.folder).prepared
    for data in try definition.dataConfigurations(cache: cache) {
      let path = RunData.path(data, runFolder: "\(options.folder)/trial")
      var lock = TurnLock("\(options.folder)/turns/data", patience: .seconds(600))
      let turn = try textFromFirstRank(world) {
        if FileManager.default.fileExists(atPath: path) { return "" }
        let turn = try lock.wait(unless: { FileManager.default.fileExists(atPath: path) })
        return turn.map { "\($0)" } ?? ""
      }
      // Also where the file is there: it may be damaged, or its originals may have changed.
      try PreparedDataset.prepare(
        data, searchFolders: options.searchFolders, output: path, on: world)
      guard let turn = Int(turn) else { continue }
      try onFirstRank(world) { try lock.giveBack(turn) }
    }
  }

  /// Writes tables and page, in a turn: other launches may be about it too.
  private func writeResults(isOver: Bool) throws {
    let output = SweepOutput(definition: definition, folder: SweepFolder(path: options.folder))
    var lock = TurnLock("\(options.folder)/turns/results")
    try lock.holding {
      let ledger = try SweepLedger(options.folder, definition)
      try output.write(ledger, isOver: isOver)
    }
  }

  /// What came out, in a few lines.
  private func conclusion(session: String) throws -> [String] {
    let ledger = try SweepLedger(options.folder, definition)
    let state = ledger.state
    let results = SweepResults(
      definition, state, in: SweepFolder(path: options.folder), isOver: true)
    let failed = results.trials.filter { $0.state == .failed }
    if state.isAborted, let trial = failed.first {
      throw SweepError.aborted(trial: trial.number, error: trial.error ?? "")
    }
    if let first = failed.first, results.ranked.isEmpty {
      throw SweepError.allFailed(count: failed.count, first: first.error ?? "")
    }
    return SweepReport(
      results, ledger.journal.records, session: session, width: display.width()
    ).lines
  }
}
