import Foundation
import TestSupport
import Testing

/// Everything that needs several ranks; one launch at a time, as each keeps all cores busy.
@Suite(.serialized) struct ParallelTests {
  /// The checks that the executable offers, so that a room adds one in a single place.
  static let checks: [String] = {
    let list = try? ProgramRun("ParallelChecks", ["--list"])
    return list?.output.split(separator: "\n").map(String.init) ?? []
  }()

  @Test func checksAreFound() {
    #expect(ParallelTests.checks.count > 20)
  }

  @Test(arguments: checks, [1, 2, 3, 4])
  func check(name: String, ranks: Int) throws {
    let run = try ProgramRun(
      "ParallelChecks", [name], ranks: ranks)
    #expect(run.status == 0, "\(run.output)")
  }

  @Test func processWithoutMpirunIsOneRank() throws {
    let run = try ProgramRun("ParallelChecks", ["allReduceOfOneValue"])
    #expect(run.status == 0, "\(run.output)")
  }

  @Test(arguments: [1, 2, 4])
  func sharedFailureIsToldOnce(ranks: Int) throws {
    let run = try ProgramRun(
      "ParallelChecks", ["failTogether"], ranks: ranks)
    #expect(run.status == 78)
    #expect(run.messages == ["shoal: run.yaml: no such key"])
    #expect(!run.output.contains("MPI_ABORT"))
  }

  @Test func differentFailuresAreToldOfEachRank() throws {
    let run = try ProgramRun(
      "ParallelChecks", ["failDifferently"], ranks: 3)
    #expect(run.status == 78)
    #expect(run.messages.sorted() == ["shoal: disk full", "shoal: rank 1: node full"])
    #expect(!run.output.contains("MPI_ABORT"))
  }

  @Test(arguments: ["failAlone", "failAfterOthersReturned"])
  func failureOfOneRankEndsAll(program: String) throws {
    let run = try ProgramRun(
      "ParallelChecks", [program], ranks: 3)
    #expect(run.status == 78)
    #expect(run.messages == ["shoal: rank 2: lost the disk"])
  }

  @Test func failureDuringReductionEndsAll() throws {
    let run = try ProgramRun(
      "ParallelChecks", ["failWhileReducing"], ranks: 2)
    #expect(run.status == 78)
    #expect(run.messages == ["shoal: rank 0: lost the disk"])
  }

  @Test func errorOfTheLibraryIsThrown() throws {
    let run = try ProgramRun(
      "ParallelChecks", ["failInMPI"], ranks: 2)
    #expect(run.status == 70)
    #expect(run.messages.count == 1)
    #expect(run.messages.first?.hasPrefix("shoal: rank 1: MPI_Bcast: MPI_ERR_TRUNCATE") == true)
  }

  @Test func aRankThatDoesNotComeIsNamedByTheOthers() throws {
    let run = try ProgramRun("ParallelChecks", ["stall"], ranks: 3)
    #expect(run.status == 76)
    for rank in [0, 2] {
      let message = run.messages.first { $0.hasPrefix("shoal: rank \(rank): ") } ?? "none"
      #expect(message.contains("no progress for 3 s at step 7, the test"), "\(run.output)")
      #expect(message.contains("nothing is heard from rank 1;"), "\(run.output)")
      #expect(message.contains("rank \(2 - rank) is at step 7, the test, MPI_Barrier"))
    }
  }

  @Test func aLibraryThatHangsEndsTheJob() throws {
    let run = try ProgramRun("ParallelChecks", ["stallInALibrary"], ranks: 2)
    #expect(run.status == 76)
    #expect(
      run.messages.first?.hasPrefix(
        "shoal: rank 1: step 0, start, writing a.h5: no progress for 3 s") == true)
  }

  @Test func errorWithoutCodeIsSoftware() throws {
    let run = try ProgramRun(
      "ParallelChecks", ["failWithoutCode"], ranks: 2)
    #expect(run.status == 70)
    #expect(run.messages == ["shoal: something else"])
  }

  @Test(arguments: [0, 3000, 7000, 13_000, 25_000])
  func killedRunResumes(microseconds: Int) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("shoal-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let killed = try ProgramRun(
      "ParallelChecks",
      ["killedWhileWriting", folder.path, "\(microseconds)"], ranks: 3)
    #expect(killed.status == 128 + SIGKILL)
    let resumed = try ProgramRun(
      "ParallelChecks", ["resumeAfterKill", folder.path], ranks: 2)
    #expect(resumed.status == 0, "\(resumed.output)")
  }
}
