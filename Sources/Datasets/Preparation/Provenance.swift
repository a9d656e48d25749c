internal import Digests
internal import Files
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

  /// A digest of what the samples follow from, wherever it lies: equal ones mean the same
  /// originals, prepared in the same way.
  var digest: String {
    let lines =
      [jsonText(options.withoutPath)] + files.map { "\($0.sha256) \($0.bytes) \($0.name)" }
      + training + ["validation"] + validation
    return SHA256.hex(of: lines.joined(separator: "\n"))
  }

  /// In what original files are others than those that were read.
  ///
  /// - Parameters:
  ///   - paths: The files that there are now.
  ///   - verified: What earlier starts found out; a file that looks as it did then is not read
  ///     again.
  /// - Returns: Words for a message; `nil` where every byte is the same.
  /// - Throws: ``DatasetError`` where one cannot be read.
  func difference(
    from paths: [String], _ verified: inout VerifiedFiles
  ) throws(DatasetError) -> String? {
    let names = paths.map { ($0 as NSString).lastPathComponent }
    if names != files.map(\.name) {
      let known = Set(files.map(\.name))
      let now = Set(names)
      let changes =
        names.filter { !known.contains($0) }.prefix(1).map { "\($0) is new" }
        + files.map(\.name).filter { !now.contains($0) }.prefix(1).map { "\($0) is gone" }
      return changes.isEmpty ? "the files are others" : changes.joined(separator: ", ")
    }
    for (path, file) in zip(paths, files) where try !verified.isSame(path, as: file) {
      return "\(path) is another file"
    }
    return nil
  }
}
