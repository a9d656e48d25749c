import Foundation
import TestSupport
import Testing

/// What the program does when the data are not those that a run was trained on.
@Suite(.serialized) struct ReplacedDataTests {
  private let digits = ["data.name=mnist", "data.path=digits", "training.batch=20"]

  private func train(_ small: SmallRun, _ more: String..., ranks: Int? = nil) throws -> ProgramRun {
    try ProgramRun(
      "shoal", ["train", "small.yaml"] + digits + more, ranks: ranks, in: small.folder)
  }

  /// Changes each pixel of the stripes, but not their number.
  private func replaceDigits(_ small: SmallRun) throws {
    for name in ["train-images-idx3-ubyte", "t10k-images-idx3-ubyte"] {
      var bytes = try small.contents(of: "digits/\(name)")
      for place in 16..<bytes.count { bytes[place] ^= 0x55 }
      try small.write(bytes, to: "digits/\(name)")
    }
  }

  private func summary(_ small: SmallRun, _ key: String) throws -> String {
    let object = try JSONSerialization.jsonObject(
      with: small.contents(of: "runs/small/summary.json"))
    return try #require((object as? [String: Any])?[key] as? String)
  }

  @Test func aRunDoesNotGoOnOnReplacedData() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      try small.writeDigits()
      let first = try train(small, "training.steps=4", "model.latents=8")
      #expect(first.status == 0, "\(first.output)")
      let digest = try summary(small, "data_sha256")
      #expect(digest.count == 64)
      let inspected = try small.shoal("inspect", "runs/small")
      #expect(inspected.output.contains("data sha256: \(digest)\n"), "\(inspected.output)")
      try replaceDigits(small)
      for ranks in [1, 3] {
        let run = try train(small, "training.steps=8", "model.latents=8", ranks: ranks)
        #expect(run.status == 65, "\(run.output)")
        #expect(run.messages.count == 1, "\(run.output)")
        #expect(
          run.output.contains("was trained on data of SHA-256 \(digest), not on "),
          "\(run.output)")
      }
      let evaluated = try small.shoal("evaluate", "runs/small", ranks: 2)
      #expect(evaluated.status == 0, "\(evaluated.output)")
      #expect(
        evaluated.output.contains("was trained on data of SHA-256 \(digest), and is evaluated"),
        "\(evaluated.output)")
      // With its data back it goes on.
      try replaceDigits(small)
      let last = try train(small, "training.steps=8", "model.latents=8")
      #expect(last.status == 0 && last.output.contains("preparing mnist anew"), "\(last.output)")
      #expect(try summary(small, "data_sha256") == digest)
      let same = try small.shoal("evaluate", "runs/small")
      #expect(!same.output.contains("warning"), "\(same.output)")
    }
  }

  @Test func degenerateDataAreSaidAtEachStart() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      try small.writeDigits()
      var bytes = try small.contents(of: "digits/train-images-idx3-ubyte")
      for place in 16 + 5 * 784..<16 + 6 * 784 { bytes[place] = 0 }
      try small.write(bytes, to: "digits/train-images-idx3-ubyte")
      for name in ["a", "b"] {
        let run = try train(
          small, "training.steps=2", "model.latents=48", "--quiet", "--run-dir", name, ranks: 2)
        #expect(run.status == 0, "\(run.output)")
        // The file's keys of dead leaves are in vain here.
        let warnings = run.output.split(separator: "\n")
          .filter { $0.hasPrefix("warning: ") && !$0.contains("without effect") }
        #expect(
          warnings.contains { $0.contains("train-images-idx3-ubyte (number 5, from 0)") },
          "\(run.output)")
        #expect(
          warnings.contains {
            $0.contains("model.latents is 48, more than the 40 training samples")
          }, "\(run.output)")
        #expect(warnings.count == 2, "\(run.output)")
      }
    }
  }

  @Test(arguments: [
    ("a.gz", [0x1F, 0x8B, 8, 0, 1], "gzip"), ("b.html", Array("<html></html>".utf8), "HTML"),
    ("c.h5", [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10], "a PNG image"),
    ("d.npy", [0x93] + Array("NUMPY".utf8), "a NumPy array"), ("e", [], "empty"),
    ("f.yaml", Array("data: 1\n".utf8), "text"),
  ])
  func aFileThatIsNoDataFileIsCalledWhatItIs(name: String, bytes: [UInt8], kind: String) throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      try small.write(Data(bytes), to: name)
      let run = try small.shoal("data", "info", name)
      #expect(run.status == 65, "\(run.output)")
      #expect(run.messages.count == 1 && run.output.contains("it is \(kind)"), "\(run.output)")
    }
  }
}
