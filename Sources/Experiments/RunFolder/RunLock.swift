import Files
import Foundation

/// The right to write into a run's folder, which one launch has at a time, for as long as it
/// trains.
///
/// A turn of ``TurnLock`` in the folder `lock`, of which the holder gives signs of life. Who is
/// gone is passed over: a process of this machine at once, one of another after two minutes of
/// silence.
final class RunLock {
  // A class because its end gives the folder back.

  /// How long one of another machine may be silent: network file systems show a sign a minute late.
  private static let patience = Duration.seconds(120)
  /// How long one is waited for that is about to end, as ranks are whose `mpirun` is gone.
  private static let grace = Duration.seconds(3)

  private let folder: RunFolder
  private let lock: TurnLock
  private let turn: Int
  private let signs: LifeSigns
  /// Folders that were made for the lock, the innermost first.
  private let made: [String]

  /// Takes a run's folder, which is made where it is missing.
  ///
  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - holder: Who wants to train.
  /// - Throws: ``RunFolderError/inUse(path:holder:)`` where another launch has it; what cannot be
  ///   made.
  init(_ folder: RunFolder, for holder: RunHolder) throws(RunFolderError) {
    self.folder = folder
    made = RunLock.missing(folder.path)
    var lock = TurnLock(
      folder.lock, patience: RunLock.patience, isLasting: true, note: holder.note)
    turn = try RunLock.take(&lock, of: folder, for: holder)
    self.lock = lock
    signs = LifeSigns(lock, turn)
  }

  deinit {
    signs.end()
    // What cannot be removed is passed over by the next launch, as this process will be gone.
    try? lock.giveBack(turn)
    // Nothing remains of a launch that wrote nothing.
    for path in [lock.folder] + made where rmdir(path) != 0 { return }
  }

  /// Sees whether another launch has taken the folder over, since this one was silent for too long.
  var isLost: Bool { signs.areInVain }

  /// Who has taken the folder over.
  var loss: RunFolderError {
    .taken(path: folder.path, holder: (try? lock.holder())?.phrase ?? "another launch had it")
  }

  private static func take(
    _ lock: inout TurnLock, of folder: RunFolder, for holder: RunHolder
  ) throws(RunFolderError) -> Int {
    let start = ContinuousClock.now
    while true {
      try folder.make()
      try RunFolder(lock.folder).make()
      var other: TurnLock.Holder?
      do throws(FileError) {
        if let turn = try lock.take(after: 0, isHeir: holder.isHeir), try lock.holds(turn) {
          return turn
        }
        other = try lock.holder()
      } catch {
        // The last holder may have removed its folder just now.
        if FileManager.default.fileExists(atPath: lock.folder) { throw RunFolderError(error) }
      }
      if let other, other.isSettled || ContinuousClock.now - start > grace {
        throw .inUse(path: folder.path, holder: other.phrase)
      }
      usleep(50_000)
    }
  }

  /// The folders that would have to be made, the innermost first.
  private static func missing(_ path: String) -> [String] {
    var missing: [String] = []
    var url = URL(fileURLWithPath: path)
    while url.path != "/", !FileManager.default.fileExists(atPath: url.path) {
      missing.append(url.path)
      url.deleteLastPathComponent()
    }
    return missing
  }
}

/// Who trains in a run's folder, beside the process.
struct RunHolder {
  /// The Slurm job or array task, and how often it was begun again.
  var job: (name: String, restarts: Int)?
  /// Whether the run is a trial: its sweep's journal says whose it is.
  var isTrial = false

  /// What a turn holds of it.
  fileprivate var note: String {
    let words =
      ["since=\(Date.now.formatted(.iso8601))", "parent=\(getppid())"] + (isTrial ? ["trial"] : [])
    return (words + (job.map { ["job=\($0.name)/\($0.restarts)"] } ?? [])).joined(separator: " ")
  }

  /// Whether a turn ends as this one begins: it is of the same trial, or of an earlier life of this
  /// job, which Slurm has ended.
  fileprivate func isHeir(of text: String) -> Bool {
    let words = text.split(separator: " ")
    if isTrial, words.contains("trial") { return true }
    guard let job, let word = words.first(where: { $0.hasPrefix("job=\(job.name)/") }) else {
      return false
    }
    return word.split(separator: "/").last.flatMap { Int($0) }.map { $0 < job.restarts } ?? false
  }
}

extension TurnLock.Holder {
  /// Whether the holder is known to be on another machine, where nobody here can see it.
  fileprivate var isElsewhere: Bool {
    ProcessIdentity(text).map { $0.machine != ProcessIdentity.own.machine } ?? false
  }

  /// Whether the holder will be there for a while: it is neither about to say who it is, nor has it
  /// lost the process that launched it.
  fileprivate var isSettled: Bool {
    guard let process = ProcessIdentity(text) else { return false }
    return isElsewhere
      || ProcessIdentity.parent(of: process.number).map { "\($0)" } == word("parent")
  }

  private func word(_ name: String) -> String? {
    text.split(separator: " ").first { $0.hasPrefix("\(name)=") }.map {
      String($0.dropFirst(name.count + 1))
    }
  }

  /// Who it is, and since when.
  fileprivate var phrase: String {
    guard let process = ProcessIdentity(text) else { return "another launch begins here" }
    return "process \(process.number) on \(process.host) trains here"
      + (word("since").map { " since \($0)" } ?? "")
      + (isElsewhere
        ? " (last sign of life \(Int(silence / .seconds(1))) s ago, gone after 120 s)" : "")
  }
}
