internal import Foundation

/// A picture within a page.
public struct Picture {
  /// The picture as a URI that holds it.
  public let source: String
  /// Pixels in a row.
  public let width: Int
  /// Number of rows.
  public let height: Int

  /// Encodes a picture.
  ///
  /// - Parameter image: The picture.
  /// - Throws: ``ReportingError`` with libpng's words.
  public init(_ image: GrayImage) throws(ReportingError) {
    source = "data:image/png;base64,\(Data(try image.pngBytes()).base64EncodedString())"
    width = image.width
    height = image.height
  }

  /// Takes a PNG file as it is.
  ///
  /// - Parameter png: The file's contents; `nil` is made of what is no PNG.
  public init?(png: [UInt8]) {
    // The signature, then the first chunk, which begins with width and height.
    guard png.count > 33, png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
      return nil
    }
    func number(at place: Int) -> Int { png[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    source = "data:image/png;base64,\(Data(png).base64EncodedString())"
    width = number(at: 16)
    height = number(at: 20)
  }

  /// An element `img`.
  ///
  /// - Parameters:
  ///   - description: What it shows, for who cannot see it.
  ///   - name: The class of its appearance.
  /// - Returns: The element.
  public func markup(_ description: String, class name: String = "") -> Markup {
    .element(
      "img",
      [
        ("class", "pixels \(name)"), ("src", source), ("alt", description),
        ("width", "\(width)"), ("height", "\(height)"),
      ])
  }
}
