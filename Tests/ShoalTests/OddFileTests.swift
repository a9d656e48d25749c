import Foundation
import TestSupport
import Testing

/// What is no file where one is wanted, damaged files of a run and a sweep, and names that command
/// terminals.
@Suite(.serialized) struct OddFileTests {
  /// `timeout` gives 124 where the program waits for the pipe.
  private func shoal(_ folder: String, _ words: [String]) throws -> ProgramRun {
    let program = try ProgramRun.path(of: "shoal")
    return try ProgramRun(launcher: "timeout", ["120"], program, words, in: folder)
  }

  @Test func aPipeInTheFilesPlaceIsRefusedWithOneLine() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      try small.writeDigits()
      #expect(mkfifo("\(folder)/pipe", 0o644) == 0)
      let digits = "\(folder)/digits/train-images-idx3-ubyte"
      try FileManager.default.moveItem(atPath: digits, toPath: "\(folder)/images")
      #expect(mkfifo(digits, 0o644) == 0)
      let trained = try small.shoal("train", "small.yaml", "--run-dir", "run")
      #expect(trained.status == 0, "\(trained.output)")
      for name in ["metrics.jsonl", "summary.json"] {
        try FileManager.default.copyItem(atPath: "\(folder)/run", toPath: "\(folder)/\(name)-run")
        try FileManager.default.removeItem(atPath: "\(folder)/\(name)-run/\(name)")
        #expect(mkfifo("\(folder)/\(name)-run/\(name)", 0o644) == 0)
      }
      let cases: [([String], String)] = [
        (["inspect", "pipe"], "pipe: is a named pipe"),
        (["data", "info", "pipe"], "pipe: cannot be read: is a named pipe"),
        (
          ["data", "prepare", "small.yaml", "data.name=mnist", "data.path=digits"],
          "digits/train-images-idx3-ubyte: cannot be read: is a named pipe"
        ),
        (["report", "metrics.jsonl-run"], "metrics.jsonl-run/metrics.jsonl: is a named pipe"),
        (["report", "summary.json-run"], "summary.json-run/summary.json: is a named pipe"),
        (["compare", "run", "summary.json-run"], "summary.json: is a named pipe"),
        (["watch", "--once", "metrics.jsonl-run"], "metrics.jsonl: is a named pipe"),
      ]
      for (words, message) in cases {
        let run = try shoal(folder, words)
        #expect(run.status == 66, "\(words): \(run.status) \(run.output)")
        #expect(run.messages.count == 1 && run.output.contains(message), "\(words): \(run.output)")
      }
    }
  }

  @Test func ofACheckpointWhoseSealFailedNothingIsShown() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let words = ["train", "small.yaml", "training.steps=10", "--run-dir", "run", "--quiet"]
      let trained = try ProgramRun("shoal", words, in: folder)
      #expect(trained.status == 0, "\(trained.output)")
      let path = "run/checkpoints/step-00000010.h5"
      let data = try small.contents(of: path)
      // One byte after the other of the text in HDF5's heap, over which it fell.
      let text = try #require(data.range(of: Data("dead-leaves".utf8)))
      for place in [text.lowerBound - 40, text.lowerBound, 600, data.count - 5] {
        var damaged = data
        damaged[place] ^= 0x20
        try small.write(damaged, to: path)
        let run = try small.shoal("inspect", path)
        #expect(run.status == 65)
        #expect(
          run.output
            == "shoal: \(path): damaged checkpoint: its bytes are not those that its first "
            + "line was written for\n", "\(run.output)")
      }
    }
  }

  @Test func aSweepGoesOnAfterAnyOneLineOfItsJournalIsDamagedOrLost() throws {
    try withTemporaryFolder { folder in
      let section = "sweep:\n  axes: [{key: training.beta, values: [0.5, 1]}]\n"
      let small = try SmallSweep(folder, section)
      let whole = try small.sweep("training.steps=6", into: "whole")
      #expect(whole.status == 0, "\(whole.output)")
      let table = try small.table("whole")
      let lines = try String(contentsOfFile: "\(folder)/whole/journal.jsonl", encoding: .utf8)
        .split(separator: "\n")
      for place in lines.indices {
        var rest = lines.map(String.init)
        if place.isMultiple(of: 2) {
          rest.remove(at: place)
        } else {
          rest[place] = rest[place].replacing("\"turn\"", with: "\"tern\"")
        }
        let copy = "line-\(place)"
        try FileManager.default.copyItem(
          atPath: "\(folder)/whole", toPath: "\(folder)/\(copy)")
        try small.run.write(rest.joined(separator: "\n") + "\n", to: "\(copy)/journal.jsonl")
        let again = try small.sweep("training.steps=6", into: copy)
        #expect(again.status == 0, "line \(place + 1): \(again.status) \(again.output)")
        #expect(try small.table(copy) == table, "line \(place + 1)")
        if !place.isMultiple(of: 2) {
          #expect(again.output.contains("passed over line \(place + 1) of "), "\(again.output)")
        }
      }
    }
  }

  @Test func aFoldersNameDoesNotCommandTheTerminal() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let name = "run\u{1B}[31m\u{07}\nx\u{202E}"
      let trained = try small.shoal("train", "small.yaml", "training.steps=5", "--run-dir", name)
      #expect(trained.status == 0, "\(trained.output)")
      for words in [
        ["inspect", name], ["inspect", "absent" + name], ["report", name],
        ["watch", "--once", name],
        ["compare", name], ["evaluate", name], ["--" + name],
      ] {
        let run = try ProgramRun("shoal", words, ranks: nil, in: folder)
        let odd = (trained.output + run.output).unicodeScalars.filter {
          $0 != "\n" && ($0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0 == "\u{202E}")
        }
        #expect(odd.isEmpty, "\(words): \(run.output.debugDescription)")
      }
    }
  }
}
