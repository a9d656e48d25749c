import Foundation
import TestSupport

/// A job of `cluster/dev-slurm`, submitted by `shoal submit`.
struct SlurmJob {
  let number: String

  /// Submits training in a run's folder, on two nodes with a rank each.
  init(_ small: SmallRun, _ words: [String] = [], partition: String = "main", time: String = "20")
    throws
  {
    let fixed = ["submit", "small.yaml", "--nodes", "2", "--time", time]
    try self.init(submitting: fixed + words, in: small, partition: partition)
  }

  /// Submits whatever a command of `shoal` submits.
  init(submitting words: [String], in small: SmallRun, partition: String = "main") throws {
    // Without this, ranks on two nodes of one machine look for each other in shared memory.
    try small.write(
      "partition: \(partition)\nenvironment: {OMPI_MCA_btl: \"tcp,self\"}\n", to: "site.yaml")
    let run = try ProgramRun("shoal", words + ["--site", "site.yaml"], in: small.folder)
    let start = "submitted job "
    guard run.status == 0, let line = run.output.split(separator: "\n").last,
      line.hasPrefix(start)
    else { throw SlurmFailure(description: run.output) }
    number = String(line.dropFirst(start.count).prefix { $0.isNumber })
  }

  /// A task of an array.
  init(number: String) { self.number = number }

  /// What Slurm knows about the job, by name.
  func facts() throws -> [String: String] {
    let words = try Self.run("scontrol", "show", "job", number).split(
      whereSeparator: \.isWhitespace)
    return Dictionary(
      words.compactMap { word in
        word.firstIndex(of: "=").map {
          (String(word[..<$0]), String(word[word.index(after: $0)...]))
        }
      }
    ) { first, _ in first }
  }

  var restarts: Int { get throws { try Int(facts()["Restarts"] ?? "") ?? 0 } }

  /// Waits until the job is in a state from which it does not come back, and gives it.
  func end() throws -> String {
    let last = ["COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "PREEMPTED", "NODE_FAIL"]
    var state = ""
    try wait(for: "its end") {
      state = try facts()["JobState"] ?? ""
      return last.contains(state)
    }
    return state
  }

  /// Waits for something that a job or its run does.
  func wait(for event: String, _ happened: () throws -> Bool) throws {
    for _ in 0..<(ProgramRun.limit * 10) {
      if try happened() { return }
      usleep(100_000)
    }
    throw SlurmFailure(
      description: "job \(number): waited \(ProgramRun.limit) s for \(event): \(try facts())")
  }

  /// Preempts the job by one that does nothing, and waits until it is back in the queue.
  func preempt() throws {
    let restarts = try restarts
    _ = try Self.run(
      "sbatch", "--partition=urgent", "--nodes=2", "--exclusive", "--output=/dev/null",
      "--wrap=true")
    try wait(for: "its preemption") { try self.restarts > restarts }
  }

  /// Runs one of Slurm's commands.
  @discardableResult
  static func run(_ words: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    guard process.terminationStatus == 0 else {
      throw SlurmFailure(description: "\(words.joined(separator: " ")): \(text)")
    }
    return text
  }
}

/// What Slurm did not do.
struct SlurmFailure: Error, CustomStringConvertible {
  let description: String
}
