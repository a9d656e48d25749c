import Foundation
import TestSupport
import Testing

/// `shoal submit`, with a stand-in for `sbatch`.
@Suite(.serialized) struct SubmitTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../..").standardized.path

  /// Puts an `sbatch` into the folder that keeps what it is called with.
  private func standIn(_ small: SmallRun, _ answer: String) throws -> [String: String] {
    try small.write("#!/bin/bash\nenv >environment\necho \"$@\" >>calls\n\(answer)\n", to: "sbatch")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: "\(small.folder)/sbatch")
    return ["PATH": "\(small.folder):/usr/bin:/bin"]
  }

  @Test func theTemplatesAreWhatIsWritten() throws {
    try withTemporaryFolder { folder in
      let shoal = try ProgramRun.process("shoal", [], ranks: nil, in: nil)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "\(Self.root)/cluster/write-slurm-scripts")
      process.arguments = [shoal.executableURL?.path ?? "none", folder]
      process.environment = shoal.environment
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      for name in ["train.sbatch", "sweep-array.sbatch", "sweep.sbatch"] {
        let written = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        let template = try String(
          contentsOfFile: "\(Self.root)/cluster/slurm/\(name)", encoding: .utf8)
        #expect(written == template, "\(name)")
      }
    }
  }

  @Test func theScriptIsSavedAndSubmittedOnce() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let environment = try standIn(small, "echo '42;cluster'")
      let words = ["submit", "small.yaml", "seed=5", "--time", "5", "--nodes", "2"]
      let run = try ProgramRun("shoal", words, in: folder, environment: environment)
      #expect(run.status == 0, "\(run.output)")
      #expect(
        run.output
          == "submitted job 42: runs/small/train.sbatch, which writes to small-42.out\n")
      #expect(
        try small.contents(of: "calls") == Data("--parsable runs/small/train.sbatch\n".utf8))
      let script = String(
        decoding: try small.contents(of: "runs/small/train.sbatch"), as: UTF8.self)
      #expect(script.contains("/shoal train small.yaml seed=5 \\\n"))
      let inherited = String(decoding: try small.contents(of: "environment"), as: UTF8.self)
      #expect(!inherited.contains("PMIX_") && !inherited.contains("OMPI_COMM"), "\(inherited)")
    }
  }

  @Test func ofSeveralRanksOneSubmits() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let environment = try standIn(small, "echo 43")
      let path = environment["PATH"].map {
        "\($0):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
      }
      let run = try ProgramRun(
        "shoal", ["submit", "small.yaml", "--time", "5"], ranks: 2, in: folder,
        environment: ["PATH": path ?? ""])
      #expect(run.status == 0, "\(run.output)")
      #expect(try small.contents(of: "calls").split(separator: 10).count == 1)
      let inherited = String(decoding: try small.contents(of: "environment"), as: UTF8.self)
      #expect(!inherited.contains("PMIX_") && !inherited.contains("OMPI_COMM"), "\(inherited)")
    }
  }

  @Test(arguments: [
    (["--time", "1:2:3:4"], 64, "'1:2:3:4'", "HOURS:MINUTES:SECONDS"),
    ([], 64, "--time", "Usage"),
    (["--time", "5", "--nodes", "0"], 64, "--nodes is 0", "at least 1"),
    (["--time", "5", "--lead", "300"], 64, "--lead is 300", "time limit"),
    (["--time", "5", "--at-once", "2"], 64, "--at-once", "--array"),
    (["--time", "5", "training.bacth=10"], 78, "training.bacth", "training.batch"),
    (
      ["--time", "5", "--nodes", "3", "--ntasks-per-node", "2"], 78, "reduction.shards is 4",
      "6 ranks"
    ),
    (["--time", "5", "data.name=mnist", "data.path=nowhere"], 66, "nowhere", "train-images"),
    (["--time", "5", "--site", "none.yaml"], 66, "none.yaml", "no such site file"),
    (["--time", "5", "--site", "site.yaml"], 78, "site.yaml:1", "did you mean partition?"),
    (["--time", "5", "--array", "none.txt"], 66, "none.txt", "no such file of trials"),
    (["--time", "5", "--array", "trials.txt"], 78, "trials.txt:2", "did you mean seed?"),
    (["--time", "5", "training.batch=50"], 78, "training.batch is 40 there", "small"),
  ])
  func whatCannotRunIsNotSubmitted(
    _ words: [String], _ status: Int32, _ found: String, _ expected: String
  ) throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      try small.write("partitoin: batch\n", to: "site.yaml")
      try small.write("seed=1\nseeed=2\n", to: "trials.txt")
      if expected == "small" {
        _ = try small.shoal("train", "small.yaml", "training.steps=1", "--quiet")
      }
      let environment = try standIn(small, "echo 44")
      let run = try ProgramRun(
        "shoal", ["submit", "small.yaml"] + words, in: folder, environment: environment)
      #expect(run.status == status, "\(run.output)")
      #expect(run.output.contains(found) && run.output.contains(expected), "\(run.output)")
      #expect(run.messages.count <= 1)
      #expect(!small.exists("calls"))
    }
  }

  @Test func withoutSlurmOrItsConsentOneLineSaysSo() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let words = ["submit", "small.yaml", "--time", "5"]
      let none = try ProgramRun(
        "shoal", words, in: folder,
        environment: [
          // MPI would look for ssh.
          "PATH": "/nowhere", "OMPI_MCA_plm": "isolated",
        ])
      #expect(none.status == 69)
      #expect(none.messages.count == 1 && none.output.contains("no sbatch"), "\(none.output)")
      let environment = try standIn(
        small, "echo 'sbatch: error: Batch job submission failed: Invalid qos' >&2; exit 1")
      let refused = try ProgramRun("shoal", words, in: folder, environment: environment)
      #expect(refused.status == 69)
      #expect(
        refused.messages == [
          "shoal: runs/small/train.sbatch: sbatch ended with exit code 1: "
            + "Batch job submission failed: Invalid qos"
        ], "\(refused.output)")
    }
  }
}
