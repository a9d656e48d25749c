internal import Foundation

/// Where the samples of a prepared file come from.
struct Provenance: Codable {
  /// An original file.
  struct SourceFile: Codable, Equatable {
    /// Without folders.
    let name: String
    /// As stored, compressed or not.
    let bytes: Int
    let sha256: String
  }

  let options: PreparationOptions
  /// The folder of the original files.
  let folder: String?
  let files: [SourceFile]
  /// What the samples were made from, in the order of the samples.
  let training: [String]
  let validation: [String]

  /// Reads what `jsonText` wrote.
  ///
  /// - Returns: `nil` if the text is something else, as in a file of an older version.
  static func parse(_ text: String) -> Provenance? {
    // Any failure means the same: this is not a provenance of this version.
    try? JSONDecoder().decode(Provenance.self, from: Data(text.utf8))
  }

  /// Whether files of these names and sizes are those that were read.
  func describes(_ paths: [String]) -> Bool {
    paths.count == files.count
      && zip(paths, files).allSatisfy { path, file in
        (path as NSString).lastPathComponent == file.name && fileSize(path) == file.bytes
      }
  }
}

/// Bytes of a file, 0 if there is none.
func fileSize(_ path: String) -> Int {
  let attributes = try? FileManager.default.attributesOfItem(atPath: path)
  return (attributes?[.size] as? NSNumber)?.intValue ?? 0
}
