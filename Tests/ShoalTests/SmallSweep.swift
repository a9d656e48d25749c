import Foundation
import TestSupport
import Testing

/// A folder with sweeps whose trials take a moment each.
struct SmallSweep {
  let run: SmallRun

  /// A grid of six trials.
  static let grid = """
    sweep:
      axes:
        - {key: training.beta, values: [0.5, 1, 2]}
        - {key: training.learning_rate, log_range: [0.001, 0.01], count: 2}

    """

  /// Nine random points, of which one in three is trained on, and then one in three again.
  static let halving = """
    sweep:
      searcher: random
      points: 9
      axes:
        - {key: training.learning_rate, log_uniform: [0.0001, 0.1]}
        - {key: model.latents, integer: [8, 40]}
      scheduler: asha
      deterministic: true

    """

  init(_ folder: String, _ section: String = SmallSweep.grid, configuration: String? = nil) throws {
    run = try SmallRun(folder)
    try run.write((configuration ?? SmallRun.configuration) + section, to: "sweep.yaml")
  }

  /// Runs `shoal sweep` in the folder.
  func sweep(
    _ words: String..., into folder: String, ranks: Int? = nil
  ) throws -> ProgramRun {
    try ProgramRun(
      "shoal", ["sweep", "sweep.yaml", "--run-dir", folder] + words, ranks: ranks, in: run.folder)
  }

  /// The table of all trials.
  func table(_ folder: String) throws -> String {
    String(decoding: try run.contents(of: "\(folder)/table.csv"), as: UTF8.self)
  }

  /// The journal's lines that have a word.
  func journal(_ folder: String, with word: String) -> Int {
    let text = (try? run.contents(of: "\(folder)/journal.jsonl")).map {
      String(decoding: $0, as: UTF8.self)
    }
    return (text ?? "").split(separator: "\n").count { $0.contains(word) }
  }

  /// Kills a process of a sweep, or sends it another signal, while so many groups train trials.
  func kill(
    _ victim: Int32, by signal: Int32 = SIGKILL, of launch: Process, in folder: String,
    whileTraining groups: Int
  ) throws {
    func areTraining() -> Bool {
      let ends = ["reached", "failed", "released", "lost"].map {
        journal(folder, with: "\"\($0)\"")
      }
      return journal(folder, with: "\"started\"") - ends.reduce(0, +) == groups
    }
    try launch.wait(for: "\(groups) trials at once") {
      guard areTraining() else { return false }
      // Stopped, it cannot end its trial between the look and the signal.
      Foundation.kill(victim, SIGSTOP)
      guard areTraining() else {
        Foundation.kill(victim, SIGCONT)
        return false
      }
      let isSent = Foundation.kill(victim, signal) == 0
      Foundation.kill(victim, SIGCONT)
      return isSent
    }
  }

  /// The process numbers of the groups' leaders, as their files name them.
  func leaders(_ folder: String) throws -> [Int32] {
    let workers = "\(run.folder)/\(folder)/workers"
    return try FileManager.default.contentsOfDirectory(atPath: workers).compactMap { name in
      let text = try String(contentsOfFile: "\(workers)/\(name)", encoding: .utf8)
      return text.split(separator: " ").dropFirst().first.flatMap { Int32($0) }
    }.sorted()
  }

  /// The folder of the sweeps that come with the package.
  static let configurations = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../configs/sweeps").standardizedFileURL.path
}
