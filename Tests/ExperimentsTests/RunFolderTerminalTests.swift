import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite struct RunFolderTerminalTests {
  @Test(
    arguments: ["mpirun", "orterun", "prterun", "orted", "prted"],
    [("/dev/pts/3", true), ("/dev/tty1", true), ("/var/log/run", false), ("pipe:[17]", false)])
  func launchersStdoutCounts(launcher: String, stdout: (target: String, isTerminal: Bool)) throws {
    try withProcesses([(launcher, stdout.target), ("shoal", "/dev/pts/9")]) { processes in
      for output in [TerminalDetection.Output.terminal, .pipe] {
        let detection = TerminalDetection(processes: processes, process: 101, output: output)
        #expect(detection.isTerminal == stdout.isTerminal)
        #expect(detection.width == 80 || stdout.isTerminal)
      }
      let redirected = TerminalDetection(processes: processes, process: 101, output: .other)
      #expect(!redirected.isTerminal)
    }
  }

  @Test func wrapperBelowALauncherIsPassedOver() throws {
    let tree = [("mpirun", "/var/log/run"), ("a) R (sh", "/dev/pts/9"), ("shoal", "/dev/pts/9")]
    try withProcesses(tree) { processes in
      #expect(!TerminalDetection(processes: processes, process: 102, output: .terminal).isTerminal)
    }
    try withProcesses([("mpirun", "/dev/pts/3")] + tree[1...]) { processes in
      #expect(TerminalDetection(processes: processes, process: 102, output: .terminal).isTerminal)
      #expect(!TerminalDetection(processes: processes, process: 102, output: .pipe).isTerminal)
    }
  }

  @Test func withoutALauncherTheOwnStdoutCounts() throws {
    try withProcesses([("bash", "/dev/pts/3"), ("shoal", "/dev/pts/3")]) { processes in
      #expect(TerminalDetection(processes: processes, process: 101, output: .terminal).isTerminal)
      #expect(!TerminalDetection(processes: processes, process: 101, output: .pipe).isTerminal)
      #expect(!TerminalDetection(processes: processes, process: 101, output: .other).isTerminal)
    }
  }

  @Test func systemWithoutProcessesHasTheOwnStdout() {
    let detection = TerminalDetection(processes: "/nowhere", process: 5, output: .terminal)
    #expect(detection.isTerminal)
    #expect(detection.width == 80)
    #expect(TerminalDetection().width > 0)
  }

  /// Makes a tree like `/proc` whose processes 100, 101, … each start the next.
  private func withProcesses(
    _ processes: [(name: String, stdout: String)], _ body: (String) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      for (index, process) in processes.enumerated() {
        let (number, parent) = (100 + index, index == 0 ? 1 : 99 + index)
        let path = "\(folder)/\(number)"
        try FileManager.default.createDirectory(
          atPath: "\(path)/fd", withIntermediateDirectories: true)
        try writeAtomically("\(process.name)\n", to: "\(path)/comm")
        try writeAtomically("\(number) (\(process.name)) S \(parent) 1 1\n", to: "\(path)/stat")
        try FileManager.default.createSymbolicLink(
          atPath: "\(path)/fd/1", withDestinationPath: process.stdout)
      }
      try body(folder)
    }
  }
}
