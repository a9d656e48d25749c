import Foundation
import HDF5
import Testing

@testable import Datasets

struct PreparedDatasetTests {
  let folder: TemporaryFolder
  let output: String

  init() throws {
    folder = try TemporaryFolder()
    output = folder.path + "/cache/data.h5"
  }

  /// Writes a labelled set of 700 + 30 images of 2 x 3 pixels.
  private func writeLabelled() throws {
    for (name, count) in [("train", 700), ("t10k", 30)] {
      let pixels = (0..<count * 6).map { UInt8(truncatingIfNeeded: $0 * 7) }
      let labels = (0..<count).map { UInt8($0 % 10) }
      _ = try folder.write(
        idxBytes(magic: 0x803, shape: [count, 2, 3], pixels), "mnist/\(name)-images-idx3-ubyte")
      _ = try folder.write(
        idxBytes(magic: 0x801, shape: [count], labels), "mnist/\(name)-labels-idx1-ubyte")
    }
  }

  private func prepare(_ configuration: DataConfiguration) throws -> PreparedDataset.Outcome {
    try PreparedDataset.prepare(
      configuration, searchFolders: [folder.path], output: output, on: nil)
  }

  @Test func labelledSetIsReadBack() throws {
    try writeLabelled()
    #expect(try prepare(configuration(.mnist)) == .prepared)
    let data = try PreparedDataset(output, on: nil)
    #expect(data.name == "mnist")
    #expect(data.height == 2 && data.width == 3 && data.pixels == 6)
    #expect(data.trainingCount == 700 && data.validationCount == 30)
    var images = [Float](repeating: -1, count: 3 * 6)
    try images.withUnsafeMutableBufferPointer { try data.readTraining(rows: 499..<502, into: $0) }
    #expect(
      images == (499 * 6..<502 * 6).map { Float(UInt8(truncatingIfNeeded: $0 * 7)) / 255 })
    try images.withUnsafeMutableBufferPointer { try data.readValidation(rows: 27..<30, into: $0) }
    #expect(images == (27 * 6..<30 * 6).map { Float(UInt8(truncatingIfNeeded: $0 * 7)) / 255 })
    var labels = [UInt8](repeating: 99, count: 4)
    try labels.withUnsafeMutableBufferPointer {
      try data.readTrainingLabels(rows: 498..<502, into: $0)
    }
    #expect(labels == [8, 9, 0, 1])
    try labels.withUnsafeMutableBufferPointer {
      try data.readValidationLabels(rows: 0..<4, into: $0)
    }
    #expect(labels == [0, 1, 2, 3])
    let energy = (0..<30 * 6).reduce(0.0) {
      let value = Double(Float(UInt8(truncatingIfNeeded: $1 * 7)) / 255)
      return $0 + value * value
    }
    #expect(abs(data.validationEnergy - energy / 30) < 1e-12)
    try data.close()
  }

  @Test func provenanceNamesFilesOptionsAndSplit() throws {
    try writeLabelled()
    _ = try prepare(configuration(.mnist, limit: 600))
    let data = try PreparedDataset(output, on: nil)
    #expect(data.trainingCount == 600 && data.validationCount == 30)
    let object = try JSONSerialization.jsonObject(with: Data(data.provenance.utf8))
    let provenance = try #require(object as? [String: Any])
    let files = try #require(provenance["files"] as? [[String: Any]])
    #expect(files.count == 4)
    #expect(files[0]["name"] as? String == "train-images-idx3-ubyte")
    #expect(files[0]["bytes"] as? Int == 16 + 4200)
    #expect((files[0]["sha256"] as? String)?.count == 64)
    #expect(
      provenance["training"] as? [String] == [
        "train-images-idx3-ubyte[0..<500]", "train-images-idx3-ubyte[500..<600]",
      ])
    #expect((provenance["options"] as? [String: Any])?["limit_images"] as? Int == 600)
  }

  @Test func deadLeavesArePreparedImageByImage() throws {
    #expect(try prepare(configuration(.deadLeaves)) == .prepared)
    let data = try PreparedDataset(output, on: nil)
    // 5 images of 96 x 72 pixels, 3 x 4 tiles each, 4 for training.
    #expect(data.trainingCount == 48 && data.validationCount == 12)
    #expect(data.height == 16 && data.width == 16 && !data.isLabelled)
    let provenance = try #require(Provenance.parse(data.provenance))
    var source = try DeadLeavesSource(configuration(.deadLeaves))
    #expect(provenance.training == source.training.map(\.name))
    var read = [Float](repeating: 0, count: 12 * 256)
    var made = read
    var energy = 0.0
    for (number, piece) in source.training.enumerated() {
      try read.withUnsafeMutableBufferPointer {
        try data.readTraining(rows: number * 12..<(number + 1) * 12, into: $0)
      }
      try made.withUnsafeMutableBufferPointer { try source.write(piece, of: .training, into: $0) }
      #expect(read == made)
      energy += made.reduce(0.0) { $0 + Double($1) * Double($1) }
    }
    #expect(abs(data.trainingEnergy - energy / 48) < 1e-9)
  }

  @Test func sameOptionsAreReusedOthersAreNot() throws {
    try writeLabelled()
    #expect(try prepare(configuration(.mnist)) == .prepared)
    #expect(try prepare(configuration(.mnist)) == .reused)
    #expect(try prepare(configuration(.mnist, limit: 20)) == .prepared)
    #expect(try PreparedDataset(output, on: nil).trainingCount == 20)
    // Another original file, told by its size.
    for (name, count) in [("train", 700), ("t10k", 30)] {
      let pixels = (0..<count * 9).map { UInt8(truncatingIfNeeded: $0 * 5) }
      _ = try folder.write(
        idxBytes(magic: 0x803, shape: [count, 3, 3], pixels), "mnist/\(name)-images-idx3-ubyte")
    }
    #expect(try prepare(configuration(.mnist, limit: 20)) == .prepared)
    #expect(try PreparedDataset(output, on: nil).height == 3)
    // Without the original files the prepared one is enough.
    try FileManager.default.removeItem(atPath: folder.path + "/mnist")
    #expect(try prepare(configuration(.mnist, limit: 20)) == .reused)
    #expect(throws: DatasetError.self) { try prepare(configuration(.mnist)) }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path + "/cache").sorted() == [
        "data.h5", "data.h5.verified",
      ])
  }

  @Test func failureLeavesNothingBehind() throws {
    try writeLabelled()
    let labels = idxBytes(magic: 0x801, shape: [29], [UInt8](repeating: 1, count: 29))
    let path = try folder.write(labels, "mnist/t10k-labels-idx1-ubyte")
    expectFailure(of: path, "the number of labels is 29, expected 30") {
      _ = try prepare(configuration(.mnist))
    }
    _ = try folder.write([0], "photographs/imk04205.iml")
    let broken = try folder.write([0], "photographs/imk00031.iml")
    let photographs = configuration(.vanHateren, path: folder.path + "/photographs", split: .doves)
    expectFailure(of: folder.path + "/photographs/imk04205.iml", "ends after 1 bytes") {
      _ = try prepare(photographs)
    }
    #expect(FileManager.default.fileExists(atPath: broken))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/cache").isEmpty)
    expectFailure(of: "data.split", "shuffled, as data.name is not van-hateren") {
      _ = try prepare(configuration(.deadLeaves, split: .doves))
    }
  }

  @Test func remainsOfProcessesThatAreGoneAreRemoved() throws {
    let host = ProcessInfo.processInfo.hostName
    let gone = Process()
    gone.executableURL = URL(fileURLWithPath: "/bin/true")
    try gone.run()
    gone.waitUntilExit()
    let names = [
      "data.h5.\(host)-\(gone.processIdentifier).part", "data.h5.\(host)-1.part",
      "data.h5.elsewhere-\(gone.processIdentifier).part",
      "other.h5.\(host)-\(gone.processIdentifier).part",
      "data.h5.\(host)-.part",
    ]
    for name in names { _ = try folder.write([1], "cache/\(name)") }
    _ = try prepare(configuration(.deadLeaves))
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/cache")
    #expect(Set(left) == Set(names.dropFirst() + ["data.h5", "data.h5.verified"]))
  }

  @Test func otherFilesAreNotTakenForPreparedOnes() throws {
    expectFailure(of: output, "no such file") { _ = try PreparedDataset(output, on: nil) }
    let text = try folder.write(Array("not HDF5".utf8), "text.h5")
    expectFailure(of: text, "not a whole prepared data set: it is text") {
      _ = try PreparedDataset(text, on: nil)
    }
    #expect(throws: DatasetError.self) {
      try PreparedDataset.prepare(
        configuration(.deadLeaves), searchFolders: [], output: text, on: nil)
    }
    #expect(FileManager.default.contents(atPath: text) == Data("not HDF5".utf8))
    expectFailure(of: folder.path, "is a folder, expected a regular file") {
      _ = try PreparedDataset(folder.path, on: nil)
    }
    _ = try prepare(configuration(.deadLeaves))
    let whole = try Data(contentsOf: URL(fileURLWithPath: output))
    let half = try folder.write(Array(whole.prefix(whole.count / 2)), "half.h5")
    expectFailure(of: half, "not a whole prepared data set") {
      _ = try PreparedDataset(half, on: nil)
    }
    let other = folder.path + "/other.h5"
    let file = try File.create(other, on: nil)
    try file.setAttribute("format_version", of: "/", to: .integer(2))
    try file.close()
    expectFailure(of: other, "format_version is 2, expected 1") {
      _ = try PreparedDataset(other, on: nil)
    }
  }
}
