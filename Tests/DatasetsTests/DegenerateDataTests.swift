import Foundation
import Testing

@testable import Datasets

/// Data from which little or nothing can be learned are said, with file and number.
struct DegenerateDataTests {
  let folder: TemporaryFolder
  let output: String

  init() throws {
    folder = try TemporaryFolder()
    output = folder.path + "/cache/data.h5"
  }

  private func prepare(_ configuration: DataConfiguration) throws -> [String] {
    _ = try PreparedDataset.prepare(
      configuration, searchFolders: [folder.path], output: output, on: nil)
    // Also from the file that is there.
    _ = try PreparedDataset.prepare(
      configuration, searchFolders: [folder.path], output: output, on: nil)
    return try PreparedDataset(output, on: nil).notes
  }

  /// Writes images of 2 x 3 pixels, of which `pixel` gives each by image and place.
  private func writeDigits(
    label: (Int) -> Int = { $0 % 10 }, pixel: (Int, Int) -> Int = { $0 * 7 + $1 * 31 }
  ) throws {
    for (name, count) in [("train", 700), ("t10k", 30)] {
      let pixels = (0..<count * 6).map { UInt8(truncatingIfNeeded: pixel($0 / 6, $0 % 6)) }
      _ = try folder.write(
        idxBytes(magic: 0x803, shape: [count, 2, 3], pixels), "mnist/\(name)-images-idx3-ubyte")
      let labels = (0..<count).map { UInt8(label($0)) }
      _ = try folder.write(
        idxBytes(magic: 0x801, shape: [count], labels), "mnist/\(name)-labels-idx1-ubyte")
    }
  }

  private var mnist: String { folder.path + "/mnist" }

  @Test func soundDataHaveNoNotes() throws {
    try writeDigits()
    #expect(try prepare(configuration(.mnist)) == [])
  }

  @Test func imagesWithoutContrastAreCountedAndTheFirstIsNamed() throws {
    try writeDigits(pixel: { image, place in
      image == 503 || image == 600 ? 51 : image * 7 + place * 31
    })
    #expect(
      try prepare(configuration(.mnist)) == [
        "2 of 700 training images have no contrast: \(mnist)/train-images-idx3-ubyte "
          + "(number 503, from 0), all pixels 0.2"
      ])
  }

  @Test func dataWithoutAnyContrastAreRefused() throws {
    try writeDigits(pixel: { _, _ in 0 })
    expectFailure(of: mnist, "none of 700 training images has any contrast") {
      _ = try prepare(configuration(.mnist))
    }
    #expect(!FileManager.default.fileExists(atPath: output))
  }

  @Test func labelsOfOneClassAreSaid() throws {
    try writeDigits(label: { $0 < 100 ? 4 : $0 % 10 })
    let notes = try prepare(configuration(.mnist, limit: 90))
    #expect(notes.count == 2)
    #expect(notes[0].hasPrefix("all 90 training labels are 4, from train-images-idx3-ubyte"))
    #expect(notes[1].hasPrefix("all 30 validation labels are 4"))
  }

  @Test func equalImagesAreSaid() throws {
    try writeDigits(pixel: { _, place in place * 31 })
    let notes = try prepare(configuration(.mnist))
    #expect(notes == ["all 700 training samples are equal", "all 30 validation samples are equal"])
  }

  /// Writes a photograph of van Hateren's format whose pixels are ramps.
  private func writePhotograph(_ name: String, pixel: (Int) -> Int) throws {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * 1024 * 1536)
    for place in 0..<1024 * 1536 {
      let value = pixel(place)
      bytes += [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
    }
    _ = try folder.write(bytes, "vanhateren/\(name).iml")
  }

  @Test func photographsThatNoCameraTookAreSaid() throws {
    let sound = { (place: Int) in (place % 1536 * 5 + place / 1536 * place % 977) % 6200 }
    for number in 1...3 { try writePhotograph("imk0000\(number)", pixel: sound) }
    try writePhotograph("imk00004") { sound($0) << 8 & 0xFF00 | sound($0) >> 8 }
    try writePhotograph("imk00005") { _ in 512 }
    let notes = try prepare(configuration(.vanHateren))
    let photographs = folder.path + "/vanhateren"
    #expect(
      notes.contains {
        $0.contains("has no contrast: \(photographs)/imk00005.iml (number 4, from 0)")
      }, "\(notes)")
    #expect(
      notes.contains {
        $0.contains("values that the camera cannot give: \(photographs)/imk00004.iml (number 3")
          && $0.contains("are its bytes swapped?")
      }, "\(notes)")
    #expect(notes.count == 2, "\(notes)")
  }

  @Test func photographsOfOneValueAreRefused() throws {
    for number in 1...3 { try writePhotograph("imk0000\(number)") { _ in 512 } }
    expectFailure(of: folder.path + "/vanhateren", "nothing can be learned from them") {
      _ = try prepare(configuration(.vanHateren))
    }
  }

  @Test func missingBatchesOfCIFARAreNamed() throws {
    for (name, records) in [("data_batch_2", 7), ("data_batch_4", 4), ("test_batch", 3)] {
      _ = try folder.write(cifarBytes(records), "cifar10/\(name).bin")
    }
    let notes = try prepare(configuration(.cifar16))
    #expect(
      notes == [
        "\(folder.path)/cifar10: no data_batch_1.bin, data_batch_3.bin, data_batch_5.bin; "
          + "2 of 5 training batches are used"
      ])
  }
}
