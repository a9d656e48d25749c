import Foundation
import Tensors
import Testing

@testable import Datasets

struct VanHaterenImageTests {
  let folder: TemporaryFolder
  let pixels = AlignedBuffer<Float>(count: 768 * 1024, repeating: -1)

  init() throws { folder = try TemporaryFolder() }

  /// A file whose pixel in row r and column c is (7·r + c) mod 65536.
  private func image() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * 1024 * 1536)
    for row in 0..<1024 {
      for column in 0..<1536 {
        let value = UInt16(truncatingIfNeeded: 7 * row + column)
        bytes.append(UInt8(value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
      }
    }
    return bytes
  }

  @Test(arguments: ["", "gzip", "xz"])
  func readsThePartThatDOVESShows(tool: String) throws {
    var path = try folder.write(image(), "imk00001.iml")
    if !tool.isEmpty { path = try folder.compress(path, with: tool) }
    try VanHaterenImage.read(path, into: pixels.elements)
    #expect(pixels.elements[0] == Float(7 * 128 + 256))
    #expect(pixels.elements[1024 + 2] == Float(7 * 129 + 258))
    #expect(pixels.elements[768 * 1024 - 1] == Float(7 * 895 + 1279))
  }

  @Test func rejectsAnyOtherLength() throws {
    let long = try folder.write(image() + [0], "long.iml")
    expectFailure(of: long, "more than the expected 3145728 bytes") {
      try VanHaterenImage.read(long, into: pixels.elements)
    }
    let short = try folder.write(image().dropLast(2), "short.iml")
    expectFailure(of: short, "ends after 3145726 bytes, expected 3145728") {
      try VanHaterenImage.read(short, into: pixels.elements)
    }
  }

  @Test func firstPixelsMayLookLikeCompression() throws {
    // The magic numbers of gzip with its method byte, of compress, and of bzip2.
    for start: [UInt8] in [[0x1F, 0x8B, 8, 0], [0x1F, 0x9D, 0x90, 0], [0x42, 0x5A, 0x68, 0x39]] {
      let path = try folder.write(start + image().dropFirst(4), "imk00001.iml")
      try VanHaterenImage.read(path, into: pixels.elements)
      #expect(pixels.elements[0] == Float(7 * 128 + 256))
    }
  }

  @Test func listsTheImagesOfAFolder() throws {
    for name in ["imk00002.iml", "imk00001.iml.xz", "imk00003.imc.gz", "README", "a.txt"] {
      _ = try folder.write([], name)
    }
    let files = try ImageFolder.files(in: folder.path, endings: [".iml", ".imc"])
    #expect(files.map(ImageFolder.stem) == ["imk00001", "imk00002", "imk00003"])
    expectFailure(of: folder.path, "no file named *.png or *.png.gz or *.png.xz") {
      _ = try ImageFolder.files(in: folder.path, endings: [".png"])
    }
    _ = try folder.write([], "imk00002.imc")
    expectFailure(of: folder.path + "/imk00002.imc", "imk00002.iml are the same image") {
      _ = try ImageFolder.files(in: folder.path, endings: [".iml", ".imc"])
    }
    expectFailure(of: "/no/such/folder", "cannot be read") {
      _ = try ImageFolder.files(in: "/no/such/folder", endings: [".iml"])
    }
  }
}
