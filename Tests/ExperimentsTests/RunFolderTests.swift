import Experiments
import Foundation
import TestSupport
import Testing

@Suite struct RunFolderTests {
  @Test func creationMakesTheFoldersUnderTheirFixedNames() throws {
    try withTemporaryFolder { parent in
      let folder = RunFolder("\(parent)/a/b/")
      try folder.create()
      try folder.create()
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: "\(parent)/a/b").sorted() == [
          "checkpoints", "figures",
        ])
      #expect(folder.configuration == "\(parent)/a/b/config.yaml")
      #expect(folder.metrics == "\(parent)/a/b/metrics.jsonl")
      #expect(folder.summary == "\(parent)/a/b/summary.json")
      #expect(folder.checkpoints == "\(parent)/a/b/checkpoints")
      #expect(folder.figure("samples.png") == "\(parent)/a/b/figures/samples.png")
      #expect(!folder.holdsRun)
      try folder.writeConfiguration("seed: 1\n")
      #expect(folder.holdsRun)
    }
  }

  @Test func fileInPlaceOfAFolderIsNamed() throws {
    try withTemporaryFolder { parent in
      let file = "\(parent)/file"
      try writeAtomically("", to: file)
      for path in [file, "\(file)/run", "\(file)/deeper/run"] {
        #expect(throws: RunFolderError.notAFolder(path: file)) { try RunFolder(path).create() }
      }
      #expect(RunFolderError.notAFolder(path: file).exitCode == 73)
      #expect("\(RunFolderError.notAFolder(path: "x"))" == "x: expected a folder, found a file")
    }
  }

  @Test func unwritableFolderIsNamed() throws {
    // Root may write anywhere but in /proc.
    let error = RunFolderError.cannotWrite(
      path: "/proc/run", function: "mkdir", reason: "No such file or directory")
    #expect(throws: error) { try RunFolder("/proc/run").create() }
    #expect(error.exitCode == 73)
    #expect("\(error)" == "/proc/run: cannot be written: mkdir: No such file or directory")
  }

  @Test func deadLinkIsNamed() throws {
    try withTemporaryFolder { parent in
      let link = "\(parent)/run"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/nowhere")
      #expect(
        throws: RunFolderError.cannotWrite(path: link, function: "mkdir", reason: "dead link")
      ) { try RunFolder(link).create() }
    }
  }

  @Test func atomicWritingReplacesTheTextAndLeavesNoOtherFile() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/text"
      try writeAtomically("a long first text\n", to: path)
      try writeAtomically("zweiter Täxt\n", to: path)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "zweiter Täxt\n")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["text"])
      try FileManager.default.createDirectory(
        atPath: "\(folder)/occupied/inside", withIntermediateDirectories: true)
      #expect(
        throws: RunFolderError.cannotWrite(
          path: "\(folder)/occupied", function: "rename", reason: "Is a directory")
      ) { try writeAtomically("", to: "\(folder)/occupied") }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
          "occupied", "text",
        ])
    }
  }

  @Test func summaryKeepsTheOrderOfItsKeys() throws {
    try withTemporaryFolder { path in
      let folder = RunFolder(path)
      try folder.writeSummary([
        ("nelbo", .number(167.25)), ("ranks", .integer(4)),
        ("sparsity", .object([("lifetime", .number(.nan))])), ("kl", .list([.number(0.1)])),
      ])
      #expect(
        try String(contentsOfFile: folder.summary, encoding: .utf8) == """
          {
            "nelbo": 167.25,
            "ranks": 4,
            "sparsity": {
              "lifetime": null
            },
            "kl": [0.1]
          }

          """)
    }
  }
}
