import Files
import Foundation

/// The cores that this process may keep busy: what a sensible number of ranks is.
///
/// Affinity and a cgroup's quota bound them. Hyper-threads share the units that multiply, so that a
/// second rank on a core gains next to nothing. `OMP_NUM_THREADS`, which coreutils' `nproc` obeys,
/// says nothing of it.
public struct AvailableCores: Equatable, Sendable {
  /// Processors as the system counts them, hyper-threads included, that this process may run on.
  public let processors: Set<Int>
  /// Cores that they belong to.
  public let cores: Int
  /// Processors' worth of time that the process may use, if a cgroup bounds it.
  public let quota: Double?

  /// Asks the system.
  ///
  /// - Parameter root: The folder that `/proc` and `/sys` lie in.
  public init(root: String = "") {
    let status = AvailableCores.text("\(root)/proc/self/status")
    let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    processors = AvailableCores.numbers(line.map { String($0.dropFirst(18)) } ?? "")
    let siblings = processors.map { processor in
      AvailableCores.text(
        "\(root)/sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list"
      ).trimmingCharacters(in: .whitespacesAndNewlines)
    }
    cores = siblings.contains("") ? processors.count : Set(siblings).count
    quota = AvailableCores.quota(root: root)
  }

  /// How many ranks of one thread each there is room for, at least 1.
  public var count: Int {
    max(1, min(cores, quota.map { Int(min($0, Double(cores))) } ?? cores))
  }

  /// Where ``count`` comes from, as in "2 cores".
  public var reason: String {
    func plural(_ count: Int, _ word: String) -> String {
      "\(count) \(word)\(count == 1 ? "" : "s")"
    }
    if let quota, quota.rounded(.down) < Double(cores) {
      return "a quota of \(String(format: "%g", (quota * 100).rounded() / 100)) of "
        + plural(cores, "core")
    }
    return plural(cores, "core")
      + (processors.count > cores ? " with \(processors.count) hyper-threads" : "")
  }

  /// Reads a list such as 0-3,8.
  static func numbers(_ list: String) -> Set<Int> {
    var numbers: Set<Int> = []
    for part in list.split(separator: ",") {
      let ends = part.split(separator: "-").compactMap {
        Int($0.trimmingCharacters(in: .whitespaces))
      }
      if let first = ends.first, let last = ends.last, first <= last {
        numbers.formUnion(first...last)
      }
    }
    return numbers
  }

  private static func text(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }

  /// The smallest quota of the process's control group and those around it.
  private static func quota(root: String) -> Double? {
    ControlGroup.all(root: root, bounding: "cpu").compactMap(\.processorQuota).min()
  }
}

extension ControlGroup {
  /// Processors' worth of time that its processes may use, if it is bounded.
  fileprivate var processorQuota: Double? {
    // The second version says `max 100000`, or microseconds in so many, in one file.
    let words =
      isVersion2
      ? words("cpu.max") : words("cpu.cfs_quota_us") + words("cpu.cfs_period_us")
    guard words.count == 2, let used = Double(words[0]), let period = Double(words[1]), used > 0,
      period > 0
    else { return nil }
    return used / period
  }
}
