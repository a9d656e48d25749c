import Digests
import Files
import Foundation
public import MPI
import Tensors

/// Sees in the first second whether all ranks are about the same run.
public enum LaunchCheck {
  /// Compares what ranks must have in common; collective.
  ///
  /// - Parameters:
  ///   - environment: What the launcher says.
  ///   - world: All ranks.
  /// - Returns: Warnings, the same on every rank.
  /// - Throws: ``LaunchError``.
  public static func examine(
    _ environment: LaunchEnvironment, on world: Communicator
  ) throws -> [String] {
    var warnings = [environment.warning(ranks: world.size)].compactMap { $0 }
    if world.size > 1 {
      try compare(
        programDigest(), what: "a program of digest",
        remedy: "install the same shoal on every node", on: world)
    }
    warnings += try crowdedNodes(on: world)
    return warnings
  }

  /// Compares a run's settings; collective.
  ///
  /// - Parameters:
  ///   - configuration: This rank's settings.
  ///   - world: All ranks.
  /// - Throws: ``LaunchError``.
  static func compare(
    _ configuration: ResolvedConfiguration, on world: Communicator
  ) throws {
    let first = try ResolvedConfiguration(
      world.broadcast(configuration.yaml, from: 0), source: "rank 0")
    let texts = Dictionary(uniqueKeysWithValues: first.values)
    let odd = configuration.values.first { texts[$0.key] != $0.text }
    let all = try world.allGather(odd.map { "\($0.key) \($0.text)" } ?? "")
    guard let rank = all.firstIndex(where: { !$0.isEmpty }) else { return }
    let key = String(all[rank].prefix { $0 != " " })
    throw LaunchError.differs(
      what: "the setting", first: "\(key) \(texts[key] ?? "unknown")", rank: rank,
      found: all[rank], remedy: "give every rank the same command line")
  }

  /// Sees whether ranks write to one and the same folder; collective.
  ///
  /// - Parameters:
  ///   - folder: The run's folder, which need not exist yet: then the nearest above it counts.
  ///   - world: All ranks.
  /// - Throws: ``LaunchError``.
  static func checkIsShared(_ folder: String, on world: Communicator) throws {
    let place = nearestFolder(folder)
    let token = try textFromFirstRank(world) {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder),
        isFolder.boolValue
      else { throw RunFolderError.notAFolder(path: place) }
      let name = "\(place)/.shoal-launch-\(UUID().uuidString)"
      do throws(FileError) {
        try Disk.write("", to: name)
      } catch {
        throw LaunchError.cannotWrite(folder: folder, reason: "\(error)")
      }
      return name
    }
    let isSeen = appears(token)
    let answers = try world.allGather(isSeen ? "" : try Communicator.processorName())
    if world.rank == 0 { unlink(token) }
    if let rank = answers.firstIndex(where: { !$0.isEmpty }) {
      throw LaunchError.notShared(folder: folder, rank: rank, host: answers[rank])
    }
  }

  private static func compare(
    _ own: String, what: String, remedy: String, on world: Communicator
  ) throws {
    let all = try world.allGather(own)
    guard let odd = all.firstIndex(where: { $0 != all[0] }) else { return }
    throw LaunchError.differs(
      what: what, first: all[0], rank: odd, found: all[odd], remedy: remedy)
  }

  private static func programDigest() -> String {
    let file = URL(fileURLWithPath: "/proc/self/exe")
    guard let program = try? Data(contentsOf: file, options: .alwaysMapped) else {
      return "unknown"
    }
    return String(program.withUnsafeBytes { SHA256.hex(of: $0) }.prefix(12))
  }

  /// The folder itself, or the nearest above it that exists.
  private static func nearestFolder(_ path: String) -> String {
    var url = URL(fileURLWithPath: path)
    while !FileManager.default.fileExists(atPath: url.path), url.path != "/" {
      url.deleteLastPathComponent()
    }
    return url.path
  }

  /// Network file systems may show a new file a moment later.
  private static func appears(_ path: String) -> Bool {
    for _ in 0..<30 {
      if FileManager.default.fileExists(atPath: path) { return true }
      usleep(100_000)
    }
    return false
  }

  /// Counts each node's threads and the cores that its ranks may use together.
  private static func crowdedNodes(on world: Communicator) throws -> [String] {
    let host = try Communicator.processorName()
    let own =
      "\(host) \(BLASLibrary.threads) \(allowedCores().sorted().map(String.init).joined(separator: ","))"
    var threads: [String: Int] = [:]
    var cores: [String: Set<Int>] = [:]
    for words in try world.allGather(own).map({ $0.split(separator: " ").map(String.init) })
    where words.count == 3 {
      threads[words[0], default: 0] += Int(words[1]) ?? 1
      cores[words[0], default: []].formUnion(words[2].split(separator: ",").compactMap { Int($0) })
    }
    return threads.keys.sorted().compactMap { host in
      let (threads, cores) = (threads[host] ?? 0, cores[host]?.count ?? 0)
      guard threads > cores, cores > 0 else { return nil }
      return "\(host) has \(threads) thread\(threads == 1 ? "" : "s") of this run on \(cores) core"
        + "\(cores == 1 ? "" : "s"), which makes it several times slower: fewer ranks a node, or "
        + "OMP_NUM_THREADS=1"
    }
  }

  /// The cores that this process may use, as the kernel lists them.
  static func allowedCores() -> Set<Int> {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    return cores(line.map { String($0.dropFirst(18)) } ?? "")
  }

  /// Reads a list such as 0-3,8.
  static func cores(_ list: String) -> Set<Int> {
    var cores: Set<Int> = []
    for part in list.split(separator: ",") {
      let ends = part.split(separator: "-").compactMap {
        Int($0.trimmingCharacters(in: .whitespaces))
      }
      if let first = ends.first, let last = ends.last, first <= last {
        cores.formUnion(first...last)
      }
    }
    return cores
  }
}
