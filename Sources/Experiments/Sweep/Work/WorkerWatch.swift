import Files
import Foundation

/// Finds out which groups of ranks are gone.
struct WorkerWatch {
  private let own: SweepWorker
  private let folder: String
  private let lease: Duration
  private var signs: [String: (time: Date, since: ContinuousClock.Instant)] = [:]
  private var lastSign: ContinuousClock.Instant?
  /// Seconds between a group's signs of life.
  private static let interval = Duration.seconds(10)

  /// Begins to give signs of life.
  ///
  /// - Parameters:
  ///   - own: This group.
  ///   - folder: The sweep's folder.
  ///   - lease: How long a group on another machine may be silent.
  /// - Throws: `FileError`.
  init(_ own: SweepWorker, folder: String, lease: Duration) throws(FileError) {
    self.own = own
    self.folder = "\(folder)/workers"
    self.lease = lease
    try Disk.makeFolder(self.folder)
    _ = try Disk.create("\(self.folder)/\(own.name)", holding: own.process.text)
  }

  /// Gives a sign of life if one is due.
  mutating func live() {
    let now = ContinuousClock.now
    if let lastSign, now - lastSign < WorkerWatch.interval { return }
    lastSign = now
    // A sign that cannot be given is given the next time.
    utimes("\(folder)/\(own.name)", nil)
  }

  /// Gives no more signs.
  func end() throws(FileError) { try Disk.removeIfPresent("\(folder)/\(own.name)") }

  /// A group by the file that it left, with no more than that tells; `nil` where there is none.
  func worker(named name: String) -> SweepWorker? {
    guard !name.contains("/"),
      let bytes = try? RegularFile.contents(of: "\(folder)/\(name)", atMost: 4096)
    else { return nil }
    let process =
      ProcessIdentity(String(decoding: bytes, as: UTF8.self))
      ?? ProcessIdentity(machine: "", number: 0, start: 0)
    return SweepWorker(name: name, process: process, session: "", restarts: 0, ranks: 1)
  }

  /// Whether a group is gone.
  mutating func isGone(_ worker: SweepWorker) -> Bool {
    if worker.process.isGone { return true }
    if worker.process.machine == own.process.machine { return false }
    // An earlier life of this very job: Slurm has ended it before it began this one.
    if let job = own.job, job == worker.job, worker.restarts < own.restarts { return true }
    let path = "\(folder)/\(worker.name)"
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let time = attributes?[.modificationDate] as? Date ?? .distantPast
    guard let sign = signs[worker.name], sign.time == time else {
      // Clocks of other machines differ: what counts is how long nothing changes by this one's.
      signs[worker.name] = (time, .now)
      return false
    }
    return ContinuousClock.now - sign.since > lease
  }
}
