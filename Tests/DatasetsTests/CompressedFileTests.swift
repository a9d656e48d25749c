import Foundation
import Testing

@testable import Datasets

struct CompressedFileTests {
  let folder: TemporaryFolder
  let values = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* $0 / 13) }

  init() throws { folder = try TemporaryFolder() }

  private func idx() -> [UInt8] { idxBytes(magic: 0x803, shape: [3, 10, 10], values) }

  private func bytes(of path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// What is read through a flipped bit is what was compressed, or nothing at all: bits of gzip's
  /// header, such as its time, change nothing.
  @Test(arguments: ["gzip", "xz"])
  func noFlippedBitIsReadAsData(tool: String) throws {
    let packed = try folder.compress(try folder.write(idx(), "images"), with: tool)
    let whole = try bytes(of: packed)
    var refused = 0
    for place in whole.indices {
      var damaged = whole
      damaged[place] ^= 1 << UInt8(place % 8)
      let path = try folder.write(damaged, "damaged.\(tool == "gzip" ? "gz" : "xz")")
      do {
        #expect(try IDXFile.images(path).bytes == values, "byte \(place)")
      } catch {
        #expect(error.exitCode == 65, "\(error)")
        #expect(error.description.hasPrefix(path), "\(error)")
        refused += 1
      }
    }
    // All but the ten bytes of gzip's header and the name in it.
    #expect(refused > whole.count - 20)
  }

  @Test func gzipNamesTheCheckThatFails() throws {
    let packed = try folder.compress(try folder.write(idx(), "images"), with: "gzip")
    let whole = try bytes(of: packed)
    for (place, words) in [(8, "do not have the CRC-32"), (4, "not as many as it says")] {
      var damaged = whole
      damaged[whole.count - place] ^= 1
      let path = try folder.write(damaged, "images.gz")
      expectFailure(of: path, words) { _ = try IDXFile.images(path) }
    }
    let cut = try folder.write(Array(whole.dropLast(5)), "images.gz")
    expectFailure(of: cut, "ends in the middle") { _ = try IDXFile.images(cut) }
  }

  @Test func membersOfGzipFollowOneAnother() throws {
    let half = idx().count / 2
    let parts = try [idx()[..<half], idx()[half...]].enumerated().map { number, part in
      try bytes(
        of: try folder.compress(try folder.write(Array(part), "part\(number)"), with: "gzip"))
    }
    let padding = [UInt8](repeating: 0, count: 300)
    let path = try folder.write(parts[0] + parts[1] + padding, "images.gz")
    #expect(try IDXFile.images(path).bytes == values)
    let other = try folder.write(parts[0] + parts[1] + [7, 7, 7], "images.gz")
    expectFailure(of: other, "what follows its end is not gzip") {
      _ = try IDXFile.images(other)
    }
  }

  /// libarchive ends at the archive's end, before gzip's checks.
  @Test func aFlippedBitOfAnArchiveIsFound() throws {
    let inside = "cifar-10-batches-bin/"
    _ = try folder.write(cifarBytes(3), inside + "data_batch_1.bin")
    _ = try folder.write(cifarBytes(2), inside + "test_batch.bin")
    let path = try folder.pack(["cifar-10-batches-bin"], into: "cifar-10-binary.tar.gz")
    let whole = try bytes(of: path)
    #expect(try CIFARBatch.read([path]).map(\.count) == [3, 2])
    for place in [whole.count - 8, whole.count - 1, whole.count / 2, whole.count / 3] {
      var damaged = whole
      damaged[place] ^= 4
      _ = try folder.write(damaged, "cifar-10-binary.tar.gz")
      expectFailure(of: path, "damaged or incomplete") { _ = try CIFARBatch.read([path]) }
    }
  }

  @Test(arguments: ["gzip", "xz"])
  func compressionUnderAPlainNameIsRead(tool: String) throws {
    let packed = try folder.compress(try folder.write(idx(), "images"), with: tool)
    let path = try folder.write(try bytes(of: packed), "plain")
    #expect(try IDXFile.images(path).bytes == values)
  }

  @Test func whatAFileIsInsteadIsSaid() throws {
    let html = try folder.write(Array("\n<!DOCTYPE html><html>404".utf8), "images.gz")
    expectFailure(of: html, "not compressed as its name says; it is HTML") {
      _ = try IDXFile.images(html)
    }
    let png = try folder.write([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0], "images")
    expectFailure(of: png, "expected 0x00000803: it is a PNG image") {
      _ = try IDXFile.images(png)
    }
    expectFailure(of: folder.path, "is a folder, expected a regular file") {
      _ = try IDXFile.images(folder.path)
    }
  }

  @Test(arguments: [
    ([], "empty"), (Array("a,b\n1,2\n".utf8), "text"), (Array("{\"a\": 1}".utf8), "JSON"),
    ([0x93] + Array("NUMPY".utf8) + [1, 0], "a NumPy array (.npy)"),
    ([0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10, 2], "HDF5"), ([0, 0, 0, 0, 0], "zeros"),
    ([0x50, 0x4B, 3, 4, 20], "zip or .npz"), ([0, 0, 8, 3, 0, 0], "IDX images"),
    ([1, 2, 3, 4], "none of the kinds of file that Shoal knows"),
  ])
  func kindsAreToldByTheirFirstBytes(bytes: [UInt8], kind: String) throws {
    #expect(FileKind.name(ofFileAt: try folder.write(bytes, "file")) == kind)
  }

  @Test func kindsAreToldThroughCompression() throws {
    let packed = try folder.compress(try folder.write(idx(), "images"), with: "gzip")
    #expect(FileKind.name(ofFileAt: packed) == "gzip of IDX images")
  }
}
