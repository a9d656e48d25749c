import Foundation

/// How much memory there is for this process and the others of its machine.
///
/// Reckoned before memory is taken: what the system refuses later ends the process without a word
/// that helps, and what it grants without having it ends any process.
public struct AvailableMemory: Equatable, Sendable {
  /// Bytes that this process may still take by a limit of its own (`ulimit -v`, `-d`), if it has
  /// one.
  public var ofProcess: Int?
  /// Bytes that the processes of its control groups may still take together, if they have a limit.
  public var ofGroup: Int?
  /// Bytes of the whole machine.
  public var ofMachine: Int?
  /// Those that are free, or hold what can be read again.
  public var free: Int?

  /// Asks the system.
  ///
  /// - Parameter root: The folder that `/proc` and `/sys` lie in.
  public init(root: String = "") {
    ofProcess = AvailableMemory.leftOfProcess(AvailableMemory.table("\(root)/proc/self/status"))
    ofGroup = ControlGroup.all(root: root, bounding: "memory").compactMap(\.memoryLeft).min()
    let machine = AvailableMemory.table("\(root)/proc/meminfo")
    ofMachine = machine["MemTotal"]
    free = machine["MemAvailable"]
  }

  /// The bytes that cannot be exceeded by this process alone.
  public var bound: Int? { [ofProcess, ofGroup, ofMachine].compactMap { $0 }.min() }

  /// Makes sure that this process can take memory.
  ///
  /// - Parameters:
  ///   - byteCount: How much.
  ///   - purpose: What for, such as a file's name.
  /// - Throws: ``Lack``.
  public static func check(for byteCount: Int, _ purpose: String) throws(Lack) {
    guard let bound = AvailableMemory().bound, byteCount > bound else { return }
    throw Lack(purpose: purpose, needed: byteCount, available: bound)
  }

  /// Less memory than is needed.
  public struct Lack: Error, Equatable, CustomStringConvertible {
    /// What it is needed for.
    public let purpose: String
    /// How much, in bytes.
    public let needed: Int
    /// How much there is.
    public let available: Int

    /// One line with both numbers.
    public var description: String {
      "\(purpose): not enough memory: \(needed >> 20) MiB are needed, "
        + "\(available >> 20) MiB are left"
    }
  }

  /// What the limits of the process leave of what it has.
  private static func leftOfProcess(_ used: [String: Int]) -> Int? {
    [
      (__rlimit_resource_t(RLIMIT_AS.rawValue), "VmSize"),
      (__rlimit_resource_t(RLIMIT_DATA.rawValue), "VmData"),
    ]
    .compactMap { resource, name in
      var limit = rlimit()
      guard getrlimit(resource, &limit) == 0, limit.rlim_cur < rlim_t(Int.max) else { return nil }
      return max(0, Int(limit.rlim_cur) - (used[name] ?? 0))
    }.min()
  }

  /// Reads lines such as `MemTotal:  24612345 kB`, as bytes.
  private static func table(_ path: String) -> [String: Int] {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    var table: [String: Int] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split { $0 == ":" || $0 == " " || $0 == "\t" }
      guard words.count == 3, words[2] == "kB", let kilobytes = Int(words[1]) else { continue }
      table[String(words[0])] = kilobytes.multipliedReportingOverflow(by: 1024).partialValue
    }
    return table
  }
}

extension ControlGroup {
  /// What its processes may still take, if there is a limit.
  fileprivate var memoryLeft: Int? {
    let (limitFile, usedFile) =
      isVersion2
      ? ("memory.max", "memory.current") : ("memory.limit_in_bytes", "memory.usage_in_bytes")
    // Without a limit the first version says a number near 2⁶³, the second one "max".
    guard let limit = words(limitFile).first.flatMap({ Int($0) }), limit < 1 << 60 else {
      return nil
    }
    let used = words(usedFile).first.flatMap { Int($0) } ?? 0
    // Pages of files count as used, but are given up for others.
    let statistics = words("memory.stat")
    let inactive = statistics.firstIndex(of: isVersion2 ? "inactive_file" : "total_inactive_file")
    let reclaimable = inactive.flatMap { $0 + 1 < statistics.count ? Int(statistics[$0 + 1]) : 0 }
    return max(0, limit - max(0, used - (reclaimable ?? 0)))
  }
}
