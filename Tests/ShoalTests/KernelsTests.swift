import Foundation
import Tensors
import TestSupport
import Testing

/// What a run does about the kernels that libraries choose, as its user sees it.
@Suite(.serialized) struct KernelsTests {
  private static let openBLAS = "kernels.products=openblas"

  /// Two families that are part of every OpenBLAS for x86-64, whatever the processor.
  @Test func ranksOfDifferentKernelsAreRefused() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let shoal = try ProgramRun.path(of: "shoal")
      let run = try small.shoal(
        "train", "small.yaml", Self.openBLAS, ":", "-n", "1", "-x", "OPENBLAS_CORETYPE=Nehalem",
        shoal, "train", "small.yaml", Self.openBLAS, ranks: 1,
        environment: ["OPENBLAS_CORETYPE": "Prescott"])
      guard !run.output.contains("nelbo") else {
        return print("skipped: this OpenBLAS has one set of kernels")
      }
      #expect(run.status == 78)
      #expect(run.messages.count == 1, "\(run.output)")
      #expect(run.output.contains("(Prescott)") && run.output.contains("(Nehalem)"))
      #expect(run.output.contains("reduction.mode=fast"), "\(run.output)")
    }
  }

  @Test func ranksOfDifferentThreadsAreRefused() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let shoal = try ProgramRun.path(of: "shoal")
      let run = try small.shoal(
        "train", "small.yaml", ":", "-n", "1", "-x", "OMP_NUM_THREADS=2", shoal, "train",
        "small.yaml", ranks: 1)
      #expect(run.status == 78 && run.messages.count == 1, "\(run.output)")
      #expect(run.output.contains("1 thread but") && run.output.contains("2 threads"))
    }
  }

  @Test func aNameOfNoKernelsIsSaidAndTheRunGoesOn() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let run = try small.shoal(
        "train", "small.yaml", Self.openBLAS, "training.steps=2",
        environment: ["OPENBLAS_CORETYPE": "Bogus"])
      #expect(run.status == 0)
      #expect(run.output.contains("warning: OPENBLAS_CORETYPE=Bogus is no kernel family"))
    }
  }

  /// Bulldozer's kernels need FMA4, which no processor has had since 2017.
  @Test func kernelsThatTheProcessorCannotRunAreRefused() throws {
    let features = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    guard features.contains(" sse2 "), !features.contains(" fma4 ") else {
      return print("skipped: this processor has FMA4, or is no x86-64")
    }
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let environment = ["OPENBLAS_CORETYPE": "Bulldozer"]
      let run = try small.shoal("train", "small.yaml", Self.openBLAS, environment: environment)
      guard run.status != 0 else {
        return print("skipped: this OpenBLAS has no kernels for Bulldozer")
      }
      #expect(run.status == 78 && run.messages.count == 1, "\(run.output)")
      #expect(run.output.contains("uses an instruction that this processor does not have"))
      #expect(run.output.contains("unset OPENBLAS_CORETYPE=Bulldozer"), "\(run.output)")
      #expect(!small.exists("runs/small/config.yaml"))
      // Who does not multiply with it is not concerned.
      let other = try small.shoal(
        "train", "small.yaml", "training.steps=2", environment: environment)
      #expect(other.status == 0, "\(other.output)")
    }
  }

  @Test func slowKernelsThatTheUserWantsAreCommentedOn() throws {
    guard InstructionSet.ofProcessor > .baseline else {
      return print("skipped: this processor has nothing better")
    }
    let doctor = try ProgramRun(
      "shoal", ["doctor"], in: NSTemporaryDirectory(),
      environment: ["OPENBLAS_CORETYPE": "Prescott"])
    #expect(doctor.status == 0)
    #expect(doctor.output.contains("OPENBLAS_CORETYPE=Prescott keeps OpenBLAS"), "\(doctor.output)")
  }

  /// Products of a library that was built wrong, as some releases were for some processors.
  @Test func aLibraryWhoseProductsAreWrongIsNotUsed() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let library = "\(folder)/wrong.so"
      try """
      long wrong() { return 0; }
      int dnnl_sgemm() { return 0; }
      #ifdef BOTH
      int raise(int);
      void cblas_sgemm() { raise(4); }
      #endif
      """.write(toFile: "\(folder)/wrong.c", atomically: true, encoding: .utf8)
      for option in ["NONE", "BOTH"] {
        let compiler = try ProgramRun(
          launcher: "cc", ["-std=gnu99", "-shared", "-fPIC", "-D\(option)", "-o", library],
          "wrong.c",
          [], in: folder)
        #expect(compiler.status == 0, "\(compiler.output)")
        let environment = ["LD_PRELOAD": library]
        let run = try small.shoal(
          "train", "small.yaml", "training.steps=2", "--run-dir", option, environment: environment)
        #expect(run.output.contains("makes wrong products"), "\(run.output)")
        if option == "NONE" {
          #expect(run.status == 0 && run.output.contains("; using OpenBLAS"), "\(run.output)")
          #expect(try small.shoal("inspect", option).output.contains("computed with OpenBLAS"))
          let alone = try small.shoal(
            "train", "small.yaml", "kernels.products=onednn", "--run-dir", "alone",
            environment: environment)
          #expect(alone.status == 78 && alone.messages.count == 1, "\(alone.output)")
          #expect(alone.output.contains("kernels.products=auto tries another"))
        } else {
          let message = run.messages.first ?? ""
          #expect(run.messages.count == 1 && [70, 78].contains(run.status), "\(run.output)")
          #expect(message.contains("oneDNN") && message.contains("OpenBLAS"), "\(message)")
          let doctor = try small.shoal("doctor", environment: environment)
          #expect(doctor.status == 78, "\(doctor.output)")
          #expect(doctor.output.contains("PROBLEM: oneDNN"), "\(doctor.output)")
        }
      }
    }
  }

  @Test func aRunThatGoesOnWithOtherBitsSaysSo() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("train", "small.yaml", "training.steps=10", "--quiet")
      let same = try small.shoal("train", "small.yaml", "training.steps=20")
      #expect(same.status == 0 && !same.output.contains("not the same bits"), "\(same.output)")
      let other = try small.shoal("train", "small.yaml", "training.steps=30", Self.openBLAS)
      #expect(other.status == 0)
      #expect(other.output.contains("so far computed with oneDNN"), "\(other.output)")
      #expect(other.output.contains("not the same bits"))
      let inspected = try small.shoal("inspect", "runs/small").output
      #expect(inspected.contains("computed with OpenBLAS"), "\(inspected)")
      #expect(inspected.contains(", fingerprint "))
    }
  }

  /// A processor of the generation before, as Valgrind shows it to a rank.
  @Test func aMixedPartitionUsesWhatTheWeakestProcessorHas() throws {
    guard InstructionSet.ofProcessor == .avx512, has("valgrind"), has("strip") else {
      return print("skipped: this takes valgrind, strip and a processor with AVX-512")
    }
    guard ProcessInfo.processInfo.environment["ONEDNN_MAX_CPU_ISA"] == nil else {
      return print("skipped: ONEDNN_MAX_CPU_ISA keeps all ranks from what this processor has")
    }
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      // Valgrind does not read the debugging information of release builds.
      let shoal = "\(folder)/shoal"
      let stripped = try ProgramRun(
        launcher: "strip", ["-o", shoal], try ProgramRun.path(of: "shoal"), [], in: folder)
      #expect(stripped.status == 0, "\(stripped.output)")
      let words = ["train", "small.yaml", "training.steps=4", "--run-dir", "mixed"]
      let run = try ProgramRun(
        launcher: "mpirun", ["--oversubscribe", "-n", "1"], shoal,
        words + [":", "-n", "1", "valgrind", "--tool=none", "-q", shoal] + words, in: folder)
      #expect(run.status == 0, "\(run.output)")
      #expect(run.output.contains("all ranks use AVX2 kernels, since rank 1"), "\(run.output)")
      // The same bits as on a machine that has no more, here by the library's own variable.
      let alone = try small.shoal(
        "train", "small.yaml", "training.steps=4", "--run-dir", "alone",
        environment: ["ONEDNN_MAX_CPU_ISA": "AVX2"])
      #expect(alone.status == 0)
      #expect(try small.digest("mixed") == small.digest("alone"))
      let best = try small.shoal("train", "small.yaml", "training.steps=4", "--run-dir", "best")
      #expect(best.status == 0)
      #expect(try small.digest("best") != small.digest("alone"))
    }
  }

  @Test func ranksAreSuggestedByCoresAndNotByThreads() throws {
    try withTemporaryFolder { folder in
      _ = try SmallRun(folder)
      let shoal = try ProgramRun.path(of: "shoal")
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let allowed = status.components(separatedBy: "Cpus_allowed_list:\t").last ?? ""
      let first = String(allowed.prefix { $0.isNumber })
      let bound = try ProgramRun(
        launcher: "taskset", ["-c", first], shoal, ["doctor", "--ranks-for", "small.yaml"],
        in: folder)
      #expect(bound.status == 0)
      #expect(bound.output.contains("1 rank: 1 core, one rank each"), "\(bound.output)")
      let suggestions = try ["1", "3"].map { threads in
        try ProgramRun(
          "shoal", ["doctor", "--ranks-for", "small.yaml", "reduction.shards=2"], in: folder,
          environment: ["OMP_NUM_THREADS": threads]
        ).output
      }
      #expect(suggestions[0] == suggestions[1])
      #expect(suggestions[0].hasSuffix("\n1\n") || suggestions[0].hasSuffix("\n2\n"))
    }
  }

  private func has(_ program: String) -> Bool {
    (try? ProgramRun(launcher: "which", [], program, [], in: "/"))?.status == 0
  }
}
