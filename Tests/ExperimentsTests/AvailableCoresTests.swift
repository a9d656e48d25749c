import Foundation
import TestSupport
import Testing

@testable import Experiments

/// What is read of a machine's cores, from folders like those of the system.
struct AvailableCoresTests {
  /// A machine with hyper-threads: processors i and i + `cores` share a core.
  private func machine(
    _ folder: String, cores: Int, allowed: String, group: String = "0::/\n",
    files: [String: String] = [:]
  ) throws -> AvailableCores {
    func write(_ text: String, _ path: String) throws {
      let url = URL(fileURLWithPath: folder + path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: url, atomically: true, encoding: .utf8)
    }
    try write("Name:\tshoal\nCpus_allowed_list:\t\(allowed)\n", "/proc/self/status")
    try write(group, "/proc/self/cgroup")
    for processor in 0..<2 * cores {
      let core = processor % cores
      try write(
        "\(core),\(core + cores)\n",
        "/sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list")
    }
    for (path, text) in files { try write(text, "/sys/fs/cgroup" + path) }
    return AvailableCores(root: folder)
  }

  @Test func hyperThreadsAreNoCores() throws {
    try withTemporaryFolder { folder in
      let whole = try machine(folder, cores: 4, allowed: "0-7")
      #expect(whole.processors.count == 8 && whole.count == 4)
      #expect(whole.reason == "4 cores with 8 hyper-threads")
      let part = try machine(folder, cores: 4, allowed: "0,4,5")
      #expect(part.count == 2 && part.reason == "2 cores with 3 hyper-threads")
    }
  }

  @Test func aQuotaBoundsThem() throws {
    try withTemporaryFolder { folder in
      let cores = try machine(
        folder, cores: 8, allowed: "0-7", group: "0::/user/job\n",
        files: [
          "/user/job/cpu.max": "max 100000\n", "/user/cpu.max": "350000 100000\n",
          "/cpu.max": "max 100000\n",
        ])
      #expect(cores.quota == 3.5 && cores.count == 3)
      #expect(cores.reason == "a quota of 3.5 of 8 cores")
    }
    try withTemporaryFolder { folder in
      // Docker with version 1: the group's path is the host's, and only the top is there.
      let cores = try machine(
        folder, cores: 2, allowed: "0-1", group: "4:memory:/docker/1\n3:cpu,cpuacct:/docker/1\n",
        files: ["/cpu/cpu.cfs_quota_us": "50000\n", "/cpu/cpu.cfs_period_us": "100000\n"])
      #expect(cores.quota == 0.5 && cores.count == 1)
    }
    try withTemporaryFolder { folder in
      let cores = try machine(
        folder, cores: 2, allowed: "0-1", group: "3:cpu:/\n",
        files: ["/cpu/cpu.cfs_quota_us": "-1\n", "/cpu/cpu.cfs_period_us": "100000\n"])
      #expect(cores.quota == nil && cores.count == 2)
    }
  }

  @Test func aSystemThatTellsNothingHasOne() {
    let unknown = AvailableCores(root: "/nowhere")
    #expect(unknown.processors.isEmpty && unknown.count == 1 && unknown.quota == nil)
  }

  @Test func thereIsNoMoreThanOneRankAShard() throws {
    try withTemporaryFolder { folder in
      let cores = try machine(folder, cores: 8, allowed: "0-15")
      let run = try ResolvedConfiguration("seed: 1", source: "test").run
      let some = SuggestedRanks(cores, for: run)
      #expect(some.count == 4, "\(some.reason)")
      #expect(some.reason == "8 cores with 16 hyper-threads, but reduction.shards is 4")
      let wide = try ResolvedConfiguration("reduction: {shards: 32}", source: "test").run
      let all = SuggestedRanks(cores, for: wide)
      #expect(all.count == 8 && all.reason == "8 cores with 16 hyper-threads, one rank each")
    }
  }
}
