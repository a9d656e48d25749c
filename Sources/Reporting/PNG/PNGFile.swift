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
    // In the same folder, since a rename cannot cross file systems.
    let temporary = "\(path).partial"
    try encode(pixels, UInt32(width), UInt32(height), format, to: temporary, for: path)
    if rename(temporary, path) != 0 {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      throw ReportingError(path: path, function: "rename", reason: reason)
    }
  }

  /// The bytes of a PNG file.
  ///
  /// - Parameters:
  ///   - pixels: Row by row from the top, `format.bytesPerPixel` bytes for each pixel.
  ///   - width: Pixels in a row.
  ///   - format: What the bytes are.
  /// - Returns: The file's contents.
  /// - Throws: ``ReportingError`` with libpng's words.
  static func data(
    _ pixels: [UInt8], width: Int, format: Format
  ) throws(ReportingError) -> [UInt8] {
    let rowBytes = width * format.bytesPerPixel
    precondition(
      !pixels.isEmpty && pixels.count.isMultiple(of: rowBytes),
      "\(pixels.count) bytes are no rows of \(rowBytes)")
    var image = header(UInt32(width), UInt32(pixels.count / rowBytes), format)
    // Deflate adds less than a thousandth to what it cannot compress, PNG one byte a row.
    var size = pixels.count + pixels.count / rowBytes + pixels.count / 500 + 4096
    var bytes = [UInt8](repeating: 0, count: size)
    let code = png_image_write_to_memory(&image, &bytes, &size, 0, pixels, 0, nil)
    let reason = reason(&image)
    if code == 0 {
      throw ReportingError(
        path: "a picture", function: "png_image_write_to_memory", reason: reason)
    }
    return Array(bytes[..<size])
  }

  private static func header(_ width: UInt32, _ height: UInt32, _ format: Format) -> png_image {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = width
    image.height = height
    image.format = format.flags
    return image
  }

  /// What libpng has to say; frees what it holds.
  private static func reason(_ image: inout png_image) -> String {
    let reason = withUnsafeBytes(of: image.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    png_image_free(&image)
    return reason
  }

  private static func encode(
    _ pixels: [UInt8], _ width: UInt32, _ height: UInt32, _ format: Format,
    to temporary: String, for path: String
  ) throws(ReportingError) {
    var image = header(width, height, format)
    let code = png_image_write_to_file(&image, temporary, 0, pixels, 0, nil)
    let reason = reason(&image)
    if code == 0 {
      throw ReportingError(path: path, function: "png_image_write_to_file", reason: reason)
    }
  }
}
