import Files
import MPI

/// Sees whether there is the memory that ranks will take, before they do.
enum MemoryCheck {
  /// What MPI, HDF5, and the libraries of products take while they work.
  private static let libraries = 32 << 20

  /// Compares what all ranks of each machine need with what there is; collective.
  ///
  /// - Parameters:
  ///   - byteCount: What this rank will take.
  ///   - world: All ranks.
  /// - Returns: What is less than needed but may yet suffice, as where others end or pages can be
  ///   swapped.
  /// - Throws: ``LaunchError/memory(host:needed:available:limit:)`` where it cannot suffice.
  static func examine(_ byteCount: Int, on world: Communicator) throws -> [String] {
    let memory = AvailableMemory()
    let needed = byteCount + libraries
    let numbers = [memory.ofProcess, memory.ofGroup, memory.ofMachine, memory.free]
    let own =
      [try Communicator.processorName()] + ([needed] + numbers.map { $0 ?? .max }).map(String.init)
    var nodes: [String: Node] = [:]
    for words in try world.allGather(own.joined(separator: " ")).map({ $0.split(separator: " ") })
    where words.count == own.count {
      let numbers = words.dropFirst().map { Int($0) ?? .max }
      nodes[String(words[0]), default: Node()].add(
        needed: numbers[0], process: numbers[1], group: numbers[2], machine: numbers[3],
        free: numbers[4])
    }
    var warnings: [String] = []
    for (host, node) in nodes.sorted(by: { $0.key < $1.key }) {
      if let lack = node.lack {
        throw LaunchError.memory(
          host: host, needed: lack.needed, available: lack.available, limit: lack.limit)
      }
      if node.needed > node.free {
        warnings.append(
          "ranks on \(host) will take \(node.needed >> 20) MiB of memory, of which "
            + "\(node.free >> 20) MiB are free")
      }
    }
    return warnings
  }

  /// A machine's share of a launch.
  private struct Node {
    var needed = 0
    var free = Int.max
    var lack: (needed: Int, available: Int, limit: String)?

    mutating func add(needed: Int, process: Int, group: Int, machine: Int, free: Int) {
      self.needed += needed
      self.free = min(self.free, free)
      let bounds = [
        (needed, process, "the limit of a process (ulimit -v or -d)"),
        (self.needed, group, "the limit of the job's control group"),
        (self.needed, machine, "the machine's memory"),
      ]
      for (needed, available, limit) in bounds where needed > available {
        lack = (needed, available, limit)
      }
    }
  }
}
