import Foundation
import Tensors
import Testing

@testable import Datasets

struct CIFARSourceTests {
  /// One entry of `cifar.json`.
  private struct Case: Decodable {
    let batch: String
    let whitening: Whitening
    let corners: [[[Int]]]
    let records: Data
    let samples: [Float]
  }

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func samples(_ source: inout CIFARSource, _ part: Part) throws -> [Float] {
    var all: [Float] = []
    for piece in source.pieces(part) {
      let samples = AlignedBuffer<Float>(count: piece.samples * 256, repeating: .nan)
      try source.write(piece, of: part, into: samples.elements)
      all += samples.elements
    }
    return all
  }

  @Test func agreesWithNumPyAndSciPy() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/cifar.json")
    let cases = try JSONDecoder().decode([Case].self, from: try Data(contentsOf: path))
    #expect(cases.map(\.batch) == ["data_batch_2", "test_batch"])
    for golden in cases {
      let file = try folder.write(Array(golden.records), golden.batch + ".bin")
      var other = configuration(.cifar16)
      other.whitening = golden.whitening
      var source = try CIFARSource([file], other)
      let part: Part = golden.batch == "test_batch" ? .validation : .training
      let number = try #require(CIFARBatch.read([file]).first).number
      for (image, corners) in golden.corners.enumerated() {
        let found = CIFARSource.corners(of: image, inBatch: number).map { [$0.row, $0.column] }
        #expect(found == corners, "image \(image) of \(golden.batch)")
      }
      let samples = try samples(&source, part)
      try #require(samples.count == golden.samples.count)
      let difference = zip(samples, golden.samples).reduce(0) { max($0, abs($1.0 - $1.1)) }
      // Single against double precision, as for `pipeline.json`.
      #expect(difference < 5e-6, "\(golden.batch): \(difference)")
    }
  }

  @Test func everyPlaceIsAsLikely() {
    var counts: [Int: Int] = [:]
    for image in 0..<5000 {
      for corner in CIFARSource.corners(of: image, inBatch: 1) {
        #expect((0...8).contains(corner.row) && (0...8).contains(corner.column))
        counts[corner.row * 9 + corner.column, default: 0] += 1
      }
    }
    #expect(counts.count == 81)
    // 246.9 each is expected, with a standard deviation of 15.6; five of them either way.
    #expect(counts.values.allSatisfy { abs(Double($0) - 246.9) < 78 })
  }

  @Test func cropsDoNotDependOnWhatElseIsThere() throws {
    let paths = try [1, 2].map { try folder.write(cifarBytes(6, seed: $0), "data_batch_\($0).bin") }
    let test = try folder.write(cifarBytes(6, seed: 1), "test_batch.bin")
    var both = try CIFARSource(paths + [test], configuration(.cifar16))
    var second = try CIFARSource([paths[1], test], configuration(.cifar16, limit: 4))
    let all = try samples(&both, .training)
    #expect(all.count == 12 * 4 * 256)
    #expect(try samples(&second, .training) == Array(all[24 * 256..<40 * 256]))
    // The same pixels in another batch have other crops.
    #expect(try samples(&both, .validation) != Array(all[..<(24 * 256)]))
  }

  @Test func limitCountsTheImagesOfEitherPart() throws {
    let paths = [
      try folder.write(cifarBytes(501), "data_batch_1.bin"),
      try folder.write(cifarBytes(40), "data_batch_5.bin"),
      try folder.write(cifarBytes(30), "test_batch.bin"),
    ]
    let whole = try CIFARSource(paths, configuration(.cifar16))
    #expect(
      whole.training.map(\.name) == [
        "data_batch_1[0..<500]", "data_batch_1[500..<501]", "data_batch_5[0..<40]",
      ])
    #expect(whole.training.map(\.samples) == [2000, 4, 160])
    #expect(whole.validation.map(\.samples) == [120])
    let some = try CIFARSource(paths, configuration(.cifar16, limit: 511))
    #expect(some.training.map(\.samples) == [2000, 4, 40])
    #expect(some.validation.map(\.samples) == [120])
    let few = try CIFARSource(paths, configuration(.cifar16, limit: 12))
    #expect(few.training.map(\.samples) == [48])
    #expect(few.validation.map(\.samples) == [48])
    #expect(
      Array(few.labels(few.training[0], of: .training).prefix(9)) == [0, 0, 0, 0, 1, 1, 1, 1, 2])
    #expect(few.labels(few.training[0], of: .training).count == 48)
    expectFailure(of: "data.limit_images", "is 0") {
      _ = try CIFARSource(paths, configuration(.cifar16, limit: 0))
    }
  }
}

/// Prepared files of CIFAR-10's crops.
struct PreparedCropsTests {
  let folder: TemporaryFolder
  let output: String

  init() throws {
    folder = try TemporaryFolder()
    output = folder.path + "/cache/data.h5"
  }

  private func prepare() throws -> PreparedDataset.Outcome {
    try PreparedDataset.prepare(
      configuration(.cifar16), searchFolders: [folder.path], output: output, on: nil)
  }

  @Test func provenanceNamesTheBatchesThatWereThere() throws {
    let inside = "cifar10/cifar-10-batches-bin/"
    for (name, records) in [("data_batch_2", 7), ("test_batch", 3)] {
      _ = try folder.write(cifarBytes(records), inside + name + ".bin")
    }
    #expect(try prepare() == .prepared)
    #expect(try prepare() == .reused)
    let first = try PreparedDataset(output, on: nil)
    #expect(first.name == "cifar16" && first.isLabelled)
    #expect(first.trainingCount == 28 && first.validationCount == 12)
    #expect(first.height == 16 && first.width == 16)
    var labels = [UInt8](repeating: 99, count: 6)
    try labels.withUnsafeMutableBufferPointer {
      try first.readValidationLabels(rows: 3..<9, into: $0)
    }
    #expect(labels == [0, 1, 1, 1, 1, 2])
    let provenance = try #require(Provenance.parse(first.provenance))
    #expect(provenance.files.map(\.name) == ["data_batch_2.bin", "test_batch.bin"])
    #expect(provenance.files.map(\.bytes) == [7 * 3073, 3 * 3073])
    #expect(provenance.training == ["data_batch_2[0..<7]"])
    #expect(provenance.validation == ["test_batch[0..<3]"])
    #expect(first.provenance.contains("\"crops_per_image\":4"))
    // One batch more makes another set.
    _ = try folder.write(cifarBytes(5), inside + "data_batch_1.bin")
    #expect(try prepare() == .prepared)
    #expect(try PreparedDataset(output, on: nil).trainingCount == 48)
  }

  @Test func anArchiveGivesTheSameSamples() throws {
    let inside = "cifar10/cifar-10-batches-bin"
    for (name, records) in [("data_batch_2", 7), ("test_batch", 3)] {
      _ = try folder.write(cifarBytes(records), "\(inside)/\(name).bin")
    }
    #expect(try prepare() == .prepared)
    let unpacked = try images()
    _ = try folder.pack([inside], into: "cifar10/cifar-10-binary.tar.gz")
    try FileManager.default.removeItem(atPath: "\(folder.path)/\(inside)")
    #expect(try prepare() == .prepared)
    #expect(try images() == unpacked)
    let provenance = try #require(
      Provenance.parse(try PreparedDataset(output, on: nil).provenance))
    #expect(provenance.files.map(\.name) == ["cifar-10-binary.tar.gz"])
    #expect(provenance.training == ["data_batch_2[0..<7]"])
  }

  private func images() throws -> [Float] {
    let data = try PreparedDataset(output, on: nil)
    var images = [Float](repeating: .nan, count: data.trainingCount * 256)
    try images.withUnsafeMutableBufferPointer {
      try data.readTraining(rows: 0..<data.trainingCount, into: $0)
    }
    return images
  }
}
