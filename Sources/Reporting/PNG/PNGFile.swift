internal import CPNG
internal import Foundation

/// Writes 8-bit pixels as PNG by libpng's simplified interface.
///
/// That interface reports a failure by its return value; the other one does it by `longjmp`,
/// which must not cross Swift's frames.
enum PNGFile {
  /// What the bytes of a pixel are.
  enum Format {
    case gray
    case rgb

    fileprivate var flags: UInt32 {
      switch self {
      case .gray: UInt32(PNG_FORMAT_GRAY)
      case .rgb: UInt32(PNG_FORMAT_RGB)
      }
    }

    var bytesPerPixel: Int {
      switch self {
      case .gray: 1
      case .rgb: 3
      }
    }
  }

  /// Writes a picture so that `path` names the whole file or what it named before.
  ///
  /// - Parameters:
  ///   - pixels: Row by row from the top, `format.bytesPerPixel` bytes for each pixel.
  ///   - width: Pixels in a row.
  ///   - format: What the bytes are.
  ///   - path: A file of this name is replaced.
  /// - Throws: ``ReportingError`` with libpng's words.
  static func write(
    _ pixels: [UInt8], width: Int, format: Format, to path: String
  ) throws(ReportingError) {
    let image = try image(pixels, width: width, format, for: path)
    // In the same folder, since a rename cannot cross file systems.
    let temporary = "\(path).partial"
    try encode(image, "png_image_write_to_file", for: path) {
      png_image_write_to_file(&$0, temporary, 0, pixels, 0, nil)
    }
    if rename(temporary, path) != 0 {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      throw ReportingError(path: path, function: "rename", reason: reason)
    }
  }

  /// Encodes a picture in memory.
  ///
  /// - Parameters:
  ///   - pixels: Row by row from the top, `format.bytesPerPixel` bytes for each pixel.
  ///   - width: Pixels in a row.
  ///   - format: What the bytes are.
  /// - Returns: The bytes of a PNG file.
  /// - Throws: ``ReportingError`` with libpng's words.
  static func bytes(
    of pixels: [UInt8], width: Int, format: Format
  ) throws(ReportingError) -> [UInt8] {
    let place = "picture"
    let image = try image(pixels, width: width, format, for: place)
    var count = bound(of: pixels.count, rows: Int(image.height))
    var bytes = [UInt8](repeating: 0, count: count)
    try encode(image, "png_image_write_to_memory", for: place) {
      png_image_write_to_memory(&$0, &bytes, &count, 0, pixels, 0, nil)
    }
    return Array(bytes.prefix(count))
  }

  /// The most bytes that a picture can become, generously: rows with a byte more each, what zlib may add
  /// to them, and the chunks around.
  private static func bound(of pixels: Int, rows: Int) -> Int {
    let raw = pixels + rows
    return raw + raw / 8 + raw / 64 + 4096
  }

  /// Describes a picture to libpng.
  private static func image(
    _ pixels: [UInt8], width: Int, _ format: Format, for path: String
  ) throws(ReportingError) -> png_image {
    let rowBytes = width * format.bytesPerPixel
    precondition(
      !pixels.isEmpty && pixels.count.isMultiple(of: rowBytes),
      "\(pixels.count) bytes are no rows of \(rowBytes)")
    let height = pixels.count / rowBytes
    // libpng counts the bytes of a row, and of the whole, in 32 bits.
    guard pixels.count <= Int(Int32.max) else {
      throw ReportingError(
        path: path, function: "png_image_write_to_file", reason: "\(width)×\(height) is too large")
    }
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(width)
    image.height = UInt32(height)
    image.format = format.flags
    return image
  }

  private static func encode(
    _ image: png_image, _ function: String, for path: String,
    _ write: (inout png_image) -> Int32
  ) throws(ReportingError) {
    var image = image
    let code = write(&image)
    let reason = withUnsafeBytes(of: image.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    png_image_free(&image)
    if code == 0 { throw ReportingError(path: path, function: function, reason: reason) }
  }
}
