import Foundation

/// Links between files that may be moved together.
enum RelativePath {
  /// The link from a page in one folder to a file.
  ///
  /// - Parameters:
  ///   - file: The file's path.
  ///   - folder: The page's folder.
  /// - Returns: A relative reference as RFC 3986 has it.
  static func link(to file: String, from folder: String) -> String {
    let end = parts(file)
    let start = parts(folder)
    let common = zip(start, end).prefix { $0 == $1 }.count
    let steps = Array(repeating: "..", count: start.count - common) + end.dropFirst(common)
    // A colon in the first step would make a scheme of what is before it.
    let allowed = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: ":;"))
    return steps.map { $0.addingPercentEncoding(withAllowedCharacters: allowed) ?? $0 }
      .joined(separator: "/")
  }

  private static func parts(_ path: String) -> [String] {
    URL(fileURLWithPath: path).standardizedFileURL.pathComponents
  }
}
