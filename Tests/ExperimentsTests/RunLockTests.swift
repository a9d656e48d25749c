import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite struct RunLockTests {
  /// Leaves a turn as another launch would have.
  private func leave(_ text: String, in folder: String, age: TimeInterval = 0) throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder)/lock", withIntermediateDirectories: true)
    try text.write(toFile: "\(folder)/lock/1", atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.modificationDate: Date.now - age], ofItemAtPath: "\(folder)/lock/1")
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func oneLaunchHasTheFolderUntilItEnds() throws {
    try withTemporaryFolder { folder in
      var first: RunLock? = try RunLock(RunFolder(folder), for: RunHolder())
      #expect(first?.isLost == false)
      let error = #expect(throws: RunFolderError.self) {
        try RunLock(RunFolder(folder), for: RunHolder())
      }
      let own = ProcessIdentity.own
      let holder = "\(folder): process \(own.number) on \(own.host) trains here since 20"
      #expect(error?.description.hasPrefix(holder) == true, "\(String(describing: error))")
      #expect(error?.exitCode == 73)
      first = nil
      #expect(try names(folder).isEmpty)
      _ = try RunLock(RunFolder(folder), for: RunHolder())
    }
  }

  @Test func aHolderOfThisMachineThatIsGoneIsPassedOverAtOnce() throws {
    try withTemporaryFolder { folder in
      let gone = ProcessIdentity(
        machine: ProcessIdentity.own.machine, number: ProcessIdentity.own.number, start: 1)
      try leave("\(gone.text) 7 since=2026-01-01T00:00:00Z", in: folder)
      let lock = try RunLock(RunFolder(folder), for: RunHolder())
      #expect(try names("\(folder)/lock").contains("2"))
      withExtendedLifetime(lock) {}
    }
  }

  @Test func aHolderOfAnotherMachineIsPassedOverOnceItIsSilent() throws {
    let text = "far/boot/pid 12 34 56 since=2026-01-01T00:00:00Z parent=1"
    try withTemporaryFolder { folder in
      try leave(text, in: folder, age: 60)
      let error = #expect(throws: RunFolderError.self) {
        try RunLock(RunFolder(folder), for: RunHolder())
      }
      let phrase = "process 12 on far trains here since 2026-01-01T00:00:00Z (last sign of life 6"
      #expect(error?.description.contains(phrase) == true, "\(String(describing: error))")
      #expect(try names("\(folder)/lock") == ["1"])
      try leave(text, in: folder, age: 200)
      let lock = try RunLock(RunFolder(folder), for: RunHolder())
      #expect(!lock.isLost)
    }
  }

  @Test func anEarlierLifeOfTheSameJobIsPassedOver() throws {
    try withTemporaryFolder { folder in
      try leave("far/boot/pid 12 34 56 since=2026-01-01T00:00:00Z job=77_3/1", in: folder)
      for job in [("77_3", 1), ("77_31", 2), ("77", 9), ("78_3", 2)] {
        #expect(throws: RunFolderError.self) {
          try RunLock(RunFolder(folder), for: RunHolder(job: job))
        }
      }
      _ = try RunLock(RunFolder(folder), for: RunHolder(job: ("77_3", 2)))
    }
  }

  /// The journal of a sweep says who trains a trial; a launch of `train` does not read it.
  @Test func aTrialIsTakenOverByItsSweepAndByNobodyElse() throws {
    try withTemporaryFolder { folder in
      try leave("far/boot/pid 12 34 56 since=2026-01-01T00:00:00Z trial", in: folder)
      #expect(throws: RunFolderError.self) {
        try RunLock(RunFolder(folder), for: RunHolder())
      }
      _ = try RunLock(RunFolder(folder), for: RunHolder(isTrial: true))
      try leave("far/boot/pid 12 34 56 since=2026-01-01T00:00:00Z", in: folder)
      #expect(throws: RunFolderError.self) {
        try RunLock(RunFolder(folder), for: RunHolder(isTrial: true))
      }
    }
  }

  @Test func foldersThatWereMadeForNothingAreGone() throws {
    try withTemporaryFolder { folder in
      _ = try RunLock(RunFolder("\(folder)/a/b"), for: RunHolder())
      #expect(try names(folder).isEmpty)
      let lock = try RunLock(RunFolder("\(folder)/a/b"), for: RunHolder())
      try writeAtomically("seed: 1", to: "\(folder)/a/b/config.yaml")
      withExtendedLifetime(lock) {}
    }
  }

  @Test func aFolderWithOtherThingsIsNotFilled() throws {
    try withTemporaryFolder { folder in
      let run = RunFolder(folder)
      try run.checkIsForRun()
      try SweepFolder(path: folder).checkIsForSweep()
      let harmless = [
        "train.log", "train.sbatch", ".gitkeep", "core.17", "run.yaml", "config.yaml.partial",
      ]
      for name in harmless + ["sweep.sbatch"] {
        try writeAtomically("", to: run.file(name))
      }
      try run.create()
      #expect(throws: RunFolderError.foreign(path: folder, names: ["sweep.sbatch"])) {
        try run.checkIsForRun()
      }
      unlink(run.file("sweep.sbatch"))
      try run.checkIsForRun()
      for name in ["thesis.tex", "summary.json", "checkpoints/model.pt"] {
        try writeAtomically("precious", to: run.file(name))
        let error = #expect(throws: RunFolderError.self) { try run.checkIsForRun() }
        #expect(error?.exitCode == 73)
        #expect(throws: RunFolderError.self) { try SweepFolder(path: folder).checkIsForSweep() }
        unlink(run.file(name))
      }
      // What version 0.1.0 left has no lock.
      try run.writeConfiguration("seed: 1\n")
      try writeAtomically("", to: run.metrics)
      try run.checkIsForRun()
    }
  }
}
