import Files
import Foundation
import TestSupport
import Testing

/// What is read of a machine's memory, from folders like those of the system.
struct AvailableMemoryTests {
  private func memory(_ folder: String, group: String, files: [String: String]) throws
    -> AvailableMemory
  {
    let all = files.merging([
      "/proc/meminfo": "MemTotal:       1000 kB\nMemFree: 10 kB\nMemAvailable:    600 kB\n",
      "/proc/self/cgroup": group,
    ]) { given, _ in given }
    for (path, text) in all {
      let url = URL(fileURLWithPath: folder + path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: url, atomically: true, encoding: .utf8)
    }
    return AvailableMemory(root: folder)
  }

  @Test func theSmallestGroupBoundsIt() throws {
    try withTemporaryFolder { folder in
      let memory = try memory(
        folder, group: "0::/job/step\n",
        files: [
          "/sys/fs/cgroup/job/step/memory.max": "max\n",
          "/sys/fs/cgroup/job/memory.max": "900000\n",
          "/sys/fs/cgroup/job/memory.current": "500000\n",
          "/sys/fs/cgroup/job/memory.stat": "anon 100000\ninactive_file 300000\n",
          "/sys/fs/cgroup/memory.max": "max\n",
        ])
      #expect(memory.ofGroup == 700_000 && memory.ofMachine == 1_024_000)
      #expect(memory.free == 614_400 && memory.bound == 700_000)
    }
  }

  @Test func theFirstVersionOfGroupsIsRead() throws {
    try withTemporaryFolder { folder in
      let memory = try memory(
        folder, group: "5:cpu:/\n4:memory:/docker/1\n",
        files: [
          "/sys/fs/cgroup/memory/memory.limit_in_bytes": "2000000\n",
          "/sys/fs/cgroup/memory/memory.usage_in_bytes": "1900000\n",
          "/sys/fs/cgroup/memory/memory.stat": "cache 5\ntotal_inactive_file 400000\n",
        ])
      #expect(memory.ofGroup == 500_000)
    }
    try withTemporaryFolder { folder in
      let memory = try memory(
        folder, group: "4:memory:/\n",
        files: ["/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"])
      #expect(memory.ofGroup == nil && memory.bound == 1_024_000)
    }
  }

  @Test(arguments: ["", "0::", "a:b", "0::/x\n0:memory"])
  func aSystemThatTellsNothingHasNoBound(group: String) throws {
    try withTemporaryFolder { folder in
      let memory = try memory(
        folder, group: group,
        files: ["/proc/meminfo": "MemTotal\nMemAvailable: x kB\n\u{0}"])
      #expect(memory.ofGroup == nil && memory.ofMachine == nil && memory.free == nil)
    }
  }

  @Test func moreThanThereIsIsRefusedWithBothNumbers() throws {
    try AvailableMemory.check(for: 1 << 20, "small.gz")
    let lack = try #require(throws: AvailableMemory.Lack.self) {
      try AvailableMemory.check(for: 1 << 60, "large.gz")
    }
    #expect(lack.needed == 1 << 60 && lack.available < 1 << 60)
    #expect("\(lack)".hasPrefix("large.gz: not enough memory: 1099511627776 MiB are needed"))
  }
}
