import CPNG
import Foundation
import Reporting
import TestSupport
import Testing

@Suite struct PNGFileTests {
  @Test func grayPixelsComeBackAsWritten() throws {
    var image = GrayImage(width: 17, height: 16, level: 0)
    for row in 0..<16 {
      for column in 0..<17 { image[row, column] = UInt8((row * 17 + column) % 256) }
    }
    try withTemporaryFolder { folder in
      try image.writePNG(to: "\(folder)/gray.png")
      let read = try #require(decode("\(folder)/gray.png", format: UInt32(PNG_FORMAT_GRAY)))
      #expect(read.width == 17)
      #expect(read.height == 16)
      #expect(!read.isColored)
      #expect(read.bytes == image.pixels)
    }
  }

  @Test func colorsComeBackAsWritten() throws {
    var image = ColorImage(
      width: 3, height: 2, color: ColorImage.Color(red: 1, green: 2, blue: 3))
    image[1, 2] = ColorImage.Color(red: 200, green: 100, blue: 50)
    try withTemporaryFolder { folder in
      try image.writePNG(to: "\(folder)/color.png")
      let read = try #require(decode("\(folder)/color.png", format: UInt32(PNG_FORMAT_RGB)))
      #expect(read.isColored)
      #expect(read.bytes == image.bytes)
      #expect(read.bytes.suffix(6) == [1, 2, 3, 200, 100, 50])
    }
  }

  @Test func writingReplacesTheFileAndLeavesNoOther() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/image.png"
      try GrayImage(width: 4, height: 4, level: 1).writePNG(to: path)
      try GrayImage(width: 2, height: 1, level: 9).writePNG(to: path)
      #expect(decode(path, format: UInt32(PNG_FORMAT_GRAY))?.bytes == [9, 9])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["image.png"])
    }
  }

  @Test func failuresNameTheFileAndTheReason() throws {
    let image = GrayImage(width: 2, height: 2, level: 1)
    try withTemporaryFolder { folder in
      let absent = "\(folder)/absent/image.png"
      #expect {
        try image.writePNG(to: absent)
      } throws: {
        "\($0)"
          == "\(absent): cannot be written: png_image_write_to_file: No such file or directory"
      }
      let occupied = "\(folder)/occupied.png"
      try FileManager.default.createDirectory(
        atPath: "\(occupied)/inside", withIntermediateDirectories: true)
      #expect {
        try image.writePNG(to: occupied)
      } throws: {
        "\($0)" == "\(occupied): cannot be written: rename: Is a directory"
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["occupied.png"])
    }
  }
}

/// A picture as libpng reads it; `nil` where it cannot.
private func decode(
  _ path: String, format: UInt32
) -> (width: Int, height: Int, isColored: Bool, bytes: [UInt8])? {
  var image = png_image()
  image.version = UInt32(PNG_IMAGE_VERSION)
  guard png_image_begin_read_from_file(&image, path) != 0 else { return nil }
  defer { png_image_free(&image) }
  let isColored = image.format & UInt32(PNG_FORMAT_FLAG_COLOR) != 0
  let (width, height) = (Int(image.width), Int(image.height))
  image.format = format
  let channels = format == UInt32(PNG_FORMAT_RGB) ? 3 : 1
  var bytes = [UInt8](repeating: 0, count: width * height * channels)
  guard png_image_finish_read(&image, nil, &bytes, 0, nil) != 0 else { return nil }
  return (width, height, isColored, bytes)
}
