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
      saved: world.broadcast(configuration.yaml, from: 0), source: "rank 0")
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

  /// A node's share of a launch.
  fileprivate struct Node {
    var threads = 0
    var processors: Set<Int> = []
    var quota = Double.infinity
  }

  /// Counts each node's threads, and the processors that its ranks may use together.
  private static func crowdedNodes(on world: Communicator) throws -> [String] {
    let cores = AvailableCores()
    let list = cores.processors.sorted().map(String.init).joined(separator: ",")
    let quota = cores.quota.map { "\($0)" } ?? "inf"
    let own = "\(try Communicator.processorName()) \(OpenBLAS.threads) \(quota) \(list)"
    var nodes: [String: Node] = [:]
    for words in try world.allGather(own).map({ $0.split(separator: " ").map(String.init) })
    where words.count == 4 {
      var node = nodes[words[0], default: Node()]
      node.threads += Int(words[1]) ?? 1
      node.quota = min(node.quota, Double(words[2]) ?? .infinity)
      node.processors.formUnion(words[3].split(separator: ",").compactMap { Int($0) })
      nodes[words[0]] = node
    }
    return nodes.keys.sorted().compactMap { host in nodes[host].flatMap { $0.warning(host) } }
  }
}

extension LaunchCheck.Node {
  /// What makes the node's threads wait for one another, and what to do.
  fileprivate func warning(_ host: String) -> String? {
    let room = min(Double(processors.count), quota)
    guard room > 0, Double(threads) > room else { return nil }
    let processors =
      quota < Double(self.processors.count)
      ? "a quota of \(String(format: "%g", quota)) processors"
      : "\(self.processors.count) core\(self.processors.count == 1 ? "" : "s")"
    return
      "\(host) has \(threads) thread\(threads == 1 ? "" : "s") of this run on \(processors), which makes it "
      + "several times slower: fewer ranks a node, or OMP_NUM_THREADS=1"
  }
}
