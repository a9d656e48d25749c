import Foundation
import Testing

@testable import Datasets

struct CIFARBatchTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func grey(_ batch: CIFARBatch, _ image: Int) -> [Float] {
    var grey = [Float](repeating: -1, count: 1024)
    grey.withUnsafeMutableBufferPointer { batch.writeGrey(image, into: $0) }
    return grey
  }

  @Test(arguments: ["", "gzip", "xz"])
  func readsLabelsAndColours(tool: String) throws {
    let bytes = cifarBytes(13)
    var path = try folder.write(bytes, "data_batch_3.bin")
    if !tool.isEmpty { path = try folder.compress(path, with: tool) }
    let batch = try #require(try CIFARBatch.read([path]).first)
    #expect(batch.number == 3 && batch.name == "data_batch_3" && !batch.isTest)
    #expect(batch.count == 13)
    #expect((0..<13).map(batch.label) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2])
    let found = grey(batch, 11)
    for pixel in [0, 1, 31, 32, 1023] {
      let colours = [0, 1024, 2048].map { Double(bytes[11 * 3073 + 1 + $0 + pixel]) }
      let expected = 0.299 * colours[0] + 0.587 * colours[1] + 0.114 * colours[2]
      // Below 256, in single precision.
      #expect(abs(Double(found[pixel]) - expected) < 1e-4)
    }
  }

  @Test func greyHasTheWeightsOfLuma() throws {
    for (colour, weight) in [(0, Float(0.299)), (1, 0.587), (2, 0.114)] {
      var bytes = [UInt8](repeating: 0, count: 3073)
      for pixel in 0..<1024 { bytes[1 + colour * 1024 + pixel] = 100 }
      let path = try folder.write(bytes, "test_batch.bin")
      let batch = try #require(try CIFARBatch.read([path]).first)
      #expect(batch.isTest)
      #expect(grey(batch, 0) == [Float](repeating: 100 * weight, count: 1024))
    }
  }

  @Test(arguments: [0, 1, 3072, 3074, 6145])
  func rejectsALengthThatIsNoWholeNumberOfRecords(length: Int) throws {
    let bytes = [UInt8](repeating: 1, count: length)
    let path = try folder.write(bytes, "data_batch_1.bin")
    expectFailure(
      of: path, "(uncompressed) is \(length), expected a positive multiple of 3073"
    ) { _ = try CIFARBatch.read([path]) }
  }

  @Test func rejectsALabelOutOfRange() throws {
    var bytes = cifarBytes(5)
    bytes[3 * 3073] = 10
    let path = try folder.write(bytes, "data_batch_1.bin")
    expectFailure(of: path, "the label of record 3 (from 0) is 10, expected 0 to 9") {
      _ = try CIFARBatch.read([path])
    }
  }

  @Test(arguments: ["gzip", "xz"])
  func rejectsDamagedCompression(tool: String) throws {
    let plain = try folder.write(cifarBytes(4), "data_batch_1.bin")
    let path = try folder.compress(plain, with: tool)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    try bytes.dropLast(12).write(to: URL(fileURLWithPath: path))
    #expect(throws: DatasetError.self) { try CIFARBatch.read([path]) }
  }
}

/// Batches in `cifar-10-binary.tar.gz`.
struct CIFARArchiveTests {
  static let archive = "cifar-10-binary.tar.gz"
  static let inside = "cifar-10-batches-bin/"
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    _ = try folder.write(cifarBytes(4), CIFARArchiveTests.inside + "data_batch_4.bin")
    _ = try folder.write(cifarBytes(3, seed: 5), CIFARArchiveTests.inside + "data_batch_1.bin")
    _ = try folder.write(cifarBytes(2), CIFARArchiveTests.inside + "test_batch.bin")
    _ = try folder.write(Array("airplane\n".utf8), CIFARArchiveTests.inside + "batches.meta.txt")
  }

  private func pack(_ names: [String]) throws -> String {
    try folder.pack(
      names.map { CIFARArchiveTests.inside + $0 }, into: CIFARArchiveTests.archive)
  }

  @Test func givesTheBatchesInTheOrderOfTheirNumbers() throws {
    let path = try pack([
      "data_batch_4.bin", "batches.meta.txt", "test_batch.bin", "data_batch_1.bin",
    ])
    let batches = try CIFARBatch.read([path])
    #expect(batches.map(\.number) == [1, 4, 6])
    #expect(batches.map(\.count) == [3, 4, 2])
    #expect(batches[1].label(3) == 3)
    let whole = try folder.pack(
      ["cifar-10-batches-bin"], into: "whole-" + CIFARArchiveTests.archive)
    #expect(try CIFARBatch.read([whole]).map(\.count) == [3, 4, 2])
  }

  @Test func namesWhatItLacks() throws {
    let untested = try pack(["data_batch_1.bin"])
    expectFailure(of: untested, "no file named test_batch.bin") {
      _ = try CIFARBatch.read([untested])
    }
    let untrained = try pack(["test_batch.bin"])
    expectFailure(of: untrained, "no file named data_batch_1.bin or data_batch_2.bin") {
      _ = try CIFARBatch.read([untrained])
    }
  }

  @Test func namesTheMemberThatIsWrong() throws {
    let name = CIFARArchiveTests.inside + "data_batch_1.bin"
    _ = try folder.write([1, 2], name)
    let path = try pack(["test_batch.bin", "data_batch_1.bin"])
    expectFailure(of: "\(path)/\(name)", "is 2, expected a positive multiple") {
      _ = try CIFARBatch.read([path])
    }
  }

  @Test func bytesAreCountedFromTheStartOfTheMember() throws {
    var archive = try CompressedFile(archive: try pack(["data_batch_1.bin", "test_batch.bin"]))
    var bytes: [UInt8] = []
    #expect(try archive.nextMember() == CIFARArchiveTests.inside + "data_batch_1.bin")
    try archive.read(3073, into: &bytes)
    #expect(try archive.nextMember() == CIFARArchiveTests.inside + "test_batch.bin")
    do throws(DatasetError) {
      try archive.read(9000, into: &bytes)
      Issue.record("read more than there is")
    } catch {
      #expect(error.description.contains("test_batch.bin: ends after 6146 bytes, expected 9000"))
    }
    #expect(bytes.count == 3 * 3073)
    #expect(try archive.nextMember() == nil)
  }

  @Test func rejectsDamageAndOtherFormats() throws {
    let path = try pack(["test_batch.bin", "data_batch_1.bin"])
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
    expectFailure(of: path, "damaged or incomplete") { _ = try CIFARBatch.read([path]) }
    _ = try folder.write(cifarBytes(1), CIFARArchiveTests.archive)
    expectFailure(of: path, "not compressed as its name says") { _ = try CIFARBatch.read([path]) }
    let text = try folder.write(Array("not an archive".utf8), "x-cifar-10-binary.tar")
    let other = try folder.compress(text, with: "gzip")
    expectFailure(of: other, "damaged or incomplete") { _ = try CIFARBatch.read([other]) }
  }
}
