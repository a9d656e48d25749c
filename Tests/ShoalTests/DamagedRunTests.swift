import Foundation
import TestSupport
import Testing

/// Runs whose newest checkpoint is damaged: a few here, 150 on demand.
@Suite(.serialized) struct DamagedRunTests {
  private static let words = [
    "train", "small.yaml", "training.steps=60", "checkpoints.keep=3", "--run-dir", "run",
  ]

  /// What becomes of a file.
  private enum Damage: CustomStringConvertible {
    case flip(byte: Int, bit: Int)
    case truncation(Int)

    func apply(to data: Data) -> Data {
      switch self {
      case .flip(let byte, let bit):
        var data = data
        data[byte] ^= 1 << UInt8(bit)
        return data
      case .truncation(let length): return data.prefix(length)
      }
    }

    var description: String {
      switch self {
      case .flip(let byte, let bit): "bit \(bit) of byte \(byte) flipped"
      case .truncation(let length): "cut to \(length) bytes"
      }
    }
  }

  @Test func theOlderCheckpointIsUsedAndTheDamagedOneNamed() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let whole = try ProgramRun("shoal", Self.words + ["--quiet"], in: folder)
      #expect(whole.status == 0, "\(whole.output)")
      let (digest, log) = (try small.digest("run"), try small.log("run"))
      let checkpoints = "\(folder)/run/checkpoints"
      let newest = "run/checkpoints/step-00000060.h5"
      let data = try small.contents(of: newest)
      var random = SplitMix(seed: 7)
      var damages: [Damage] = (0..<Campaign.rounds(4, long: 100)).map { _ in
        .flip(
          byte: Int.random(in: 0..<data.count, using: &random),
          bit: Int.random(in: 0..<8, using: &random))
      }
      damages += (0..<Campaign.rounds(2, long: 50)).map { _ in
        .truncation(Int.random(in: 0..<data.count, using: &random))
      }
      for damage in damages {
        try FileManager.default.removeItem(atPath: "\(folder)/run/summary.json")
        try small.write(damage.apply(to: data), to: newest)
        let run = try ProgramRun("shoal", Self.words, ranks: nil, in: folder)
        #expect(run.status == 0, "\(damage): \(run.output)")
        #expect(run.output.contains("passed over \(newest): damaged"), "\(damage): \(run.output)")
        #expect(run.output.contains("resuming from run/checkpoints/step-00000050.h5"))
        #expect(try small.digest("run") == digest, "\(damage)")
        #expect(try small.log("run") == log, "\(damage)")
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: checkpoints)
      #expect(names.filter { $0.hasSuffix(".h5") }.count >= 3)
      print("\(damages.count) damaged checkpoints: all named, and the older one used")
    }
  }
}
