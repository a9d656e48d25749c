import Foundation
import Testing

@testable import Datasets

/// That no byte is trained on which is not the one that was prepared, from the originals at hand.
struct VerifiedDataTests {
  let folder: TemporaryFolder
  let output: String

  init() throws {
    folder = try TemporaryFolder()
    output = folder.path + "/cache/data.h5"
  }

  private func writeDigits(_ factor: Int) throws {
    for (name, count) in [("train", 60), ("t10k", 20)] {
      let pixels = (0..<count * 6).map { UInt8(truncatingIfNeeded: $0 * factor) }
      let labels = (0..<count).map { UInt8($0 % 10) }
      _ = try folder.write(
        idxBytes(magic: 0x803, shape: [count, 2, 3], pixels), "mnist/\(name)-images-idx3-ubyte")
      _ = try folder.write(
        idxBytes(magic: 0x801, shape: [count], labels), "mnist/\(name)-labels-idx1-ubyte")
    }
  }

  private func prepare(
    _ configuration: DataConfiguration = configuration(.mnist)
  ) throws -> (outcome: PreparedDataset.Outcome, said: [String]) {
    var said: [String] = []
    let outcome = try PreparedDataset.prepare(
      configuration, searchFolders: [folder.path], output: output, on: nil
    ) { line, isReplacement in
      said.append(line)
      #expect(isReplacement == line.contains(" anew "))
    }
    return (outcome, said)
  }

  private func digest() throws -> DataDigest { try PreparedDataset(output, on: nil).digest }

  @Test func originalsOfTheSameSizeAreNoticed() throws {
    try writeDigits(7)
    #expect(try prepare().said == ["preparing mnist: \(output)"])
    let before = try digest()
    #expect(try prepare() == (.reused, []))
    try writeDigits(9)
    let again = try prepare()
    #expect(again.outcome == .prepared)
    let replaced = "\(folder.path)/mnist/train-images-idx3-ubyte is another file"
    #expect(
      again.said == ["preparing mnist anew (\(replaced) since it was made): \(output)"])
    #expect(try digest().compared(to: before) == .other)
    #expect(try prepare().outcome == .reused)
  }

  @Test func originalsThatWereOnlyTouchedOrMovedAreTheSame() throws {
    try writeDigits(7)
    _ = try prepare()
    let before = try digest()
    try writeDigits(7)
    #expect(try prepare().outcome == .reused)
    try FileManager.default.removeItem(atPath: VerifiedFiles.path(besides: output))
    #expect(try prepare().outcome == .reused)
    let moved = folder.path + "/elsewhere"
    try FileManager.default.moveItem(atPath: folder.path + "/mnist", toPath: moved)
    #expect(try prepare(configuration(.mnist, path: moved)).outcome == .prepared)
    #expect(try digest() == before)
  }

  /// A flipped bit of what is kept beside a prepared file costs time, and nothing else.
  @Test func whatIsKnownOfFilesIsNotTrustedWhereItIsDamaged() throws {
    try writeDigits(7)
    _ = try prepare()
    let path = VerifiedFiles.path(besides: output)
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    for place in stride(from: 0, to: whole.count, by: 17) {
      var bytes = whole
      bytes[place] ^= 2
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      #expect(try prepare().outcome == .reused, "byte \(place)")
    }
  }

  @Test func aFlippedBitOfAPreparedFileIsRefused() throws {
    try writeDigits(7)
    _ = try prepare()
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: output)))
    let places = Array(0..<600) + Array(stride(from: 600, to: whole.count, by: 101))
    for place in places {
      var bytes = whole
      bytes[place] ^= 1 << UInt8(place % 8)
      try Data(bytes).write(to: URL(fileURLWithPath: output))
      expectFailure(of: output, "not a whole prepared data set") { _ = try prepare() }
      expectFailure(of: output, "not a whole prepared data set") {
        _ = try PreparedDataset(output, on: nil)
      }
    }
    try Data(whole).write(to: URL(fileURLWithPath: output))
    #expect(try prepare().outcome == .reused)
  }

  /// Without the line in front a file is as version 0.1 wrote it.
  @Test func aFileWithoutASealIsUsedAndSaid() throws {
    try writeDigits(7)
    _ = try prepare()
    let before = try digest()
    let whole = try Data(contentsOf: URL(fileURLWithPath: output))
    try whole.dropFirst(512).write(to: URL(fileURLWithPath: output))
    try FileManager.default.removeItem(atPath: VerifiedFiles.path(besides: output))
    #expect(try prepare().outcome == .reused)
    let old = try PreparedDataset(output, on: nil)
    #expect(old.digest == before)
    #expect(old.notes.count == 1 && old.notes[0].contains("without a seal"))
    // Its originals are compared all the same.
    try writeDigits(9)
    #expect(try prepare().outcome == .prepared)
    #expect(try PreparedDataset(output, on: nil).notes == [])
  }

  @Test func digestsTellOtherDataFromTheSamePreparedElsewhere() {
    let data = DataDigest(samples: "a", origin: "b")
    #expect(data.compared(to: DataDigest(samples: "a", origin: "c")) == .same)
    #expect(data.compared(to: DataDigest(samples: "c", origin: "b")) == .sameOrigin)
    #expect(data.compared(to: DataDigest(samples: "c", origin: "d")) == .other)
    #expect(data.compared(to: DataDigest(samples: "", origin: "b")) == .same)
    #expect(data.compared(to: DataDigest(samples: "", origin: "d")) == .other)
    #expect(data.compared(to: DataDigest(samples: "", origin: "")) == .unknown)
  }
}
