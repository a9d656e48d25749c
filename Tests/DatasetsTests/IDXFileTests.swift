import Foundation
import Testing

@testable import Datasets

struct IDXFileTests {
  let folder: TemporaryFolder
  let values = (0..<24).map { UInt8($0 * 10) }

  init() throws { folder = try TemporaryFolder() }

  private func images() -> [UInt8] { idxBytes(magic: 0x803, shape: [2, 3, 4], values) }

  @Test func readsShapeAndValues() throws {
    let file = try IDXFile.images(try folder.write(images(), "plain"))
    #expect(file.shape == [2, 3, 4])
    #expect(file.bytes == values)
    let labels = idxBytes(magic: 0x801, shape: [3], [7, 8, 9])
    #expect(try IDXFile.labels(try folder.write(labels, "labels")).bytes == [7, 8, 9])
  }

  @Test(arguments: ["gzip", "xz"])
  func readsThroughCompression(tool: String) throws {
    let plain = try folder.write(images(), "images")
    let file = try IDXFile.images(try folder.compress(plain, with: tool))
    #expect(file.shape == [2, 3, 4])
    #expect(file.bytes == values)
  }

  @Test func rejectsAnEarlyEnd() throws {
    let path = try folder.write(images().dropLast(), "short")
    expectFailure(of: path, "ends after 39 bytes, expected 40") {
      _ = try IDXFile.images(path)
    }
    let empty = try folder.write([], "empty")
    expectFailure(of: empty, "ends after 0 bytes, expected 4") {
      _ = try IDXFile.images(empty)
    }
  }

  @Test func rejectsALateEnd() throws {
    let path = try folder.write(images() + [0], "long")
    expectFailure(of: path, "more than the expected 40 bytes") {
      _ = try IDXFile.images(path)
    }
  }

  @Test func rejectsAnotherMagicNumber() throws {
    let path = try folder.write(images(), "images")
    expectFailure(of: path, "starts with 0x00000803, expected 0x00000801") {
      _ = try IDXFile.labels(path)
    }
  }

  @Test func rejectsExtentsThatNoFileHas() throws {
    let zero = try folder.write(idxBytes(magic: 0x803, shape: [0, 3, 4], []), "zero")
    expectFailure(of: zero, "the shape in the header is [0]") { _ = try IDXFile.images(zero) }
    let most = Int(UInt32.max)
    let huge = try folder.write(idxBytes(magic: 0x803, shape: [most, most, most], []), "huge")
    expectFailure(of: huge, "the shape in the header") { _ = try IDXFile.images(huge) }
    // Terabytes by its header: found out by reading, not by asking for the memory.
    let large = try folder.write(idxBytes(magic: 0x803, shape: [most, 28, 28], [1]), "large")
    expectFailure(of: large, "ends after 17 bytes") { _ = try IDXFile.images(large) }
  }

  @Test(arguments: ["gzip", "xz"])
  func rejectsDamagedCompression(tool: String) throws {
    let plain = try folder.write(images(), "images")
    let path = try folder.compress(plain, with: tool)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    try bytes.dropLast(12).write(to: URL(fileURLWithPath: path))
    #expect(throws: DatasetError.self) { try IDXFile.images(path) }
  }

  @Test func rejectsWhatIsNotCompressedAsItsNameSays() throws {
    let path = try folder.write(images(), "images.gz")
    expectFailure(of: path, "damaged or incomplete: not compressed as its name says") {
      _ = try IDXFile.images(path)
    }
  }

  @Test func namesAMissingFile() throws {
    let path = folder.path + "/nothing"
    do {
      _ = try IDXFile.images(path)
      Issue.record("read \(path)")
    } catch {
      #expect(error.exitCode == 66)
      #expect(error.description.hasPrefix(path))
    }
  }
}
