internal import Foundation

/// The files of a folder, by the endings of their names.
enum ImageFolder {
  /// The files whose names end as asked, by name.
  ///
  /// - Parameters:
  ///   - folder: Where to look; its subfolders are left alone.
  ///   - endings: Such as `.iml`; each also with `.gz` or `.xz` behind it.
  /// - Returns: Paths, sorted by the name of the file.
  /// - Throws: ``DatasetError`` if the folder cannot be read, has no such file, or has two of the
  ///   same name before the endings.
  static func files(in folder: String, endings: [String]) throws(DatasetError) -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw .unreadable(path: folder, reason: "no folder that can be listed")
    }
    let found = select(names, endings).sorted()
    guard !found.isEmpty else {
      throw .noFiles(folder: folder, patterns: accepted(endings).map { "*" + $0 })
    }
    let paths = found.map { folder + "/" + $0 }
    for (path, next) in zip(paths, paths.dropFirst()) where stem(path) == stem(next) {
      throw .duplicate(first: path, second: next)
    }
    return paths
  }

  /// Whether a folder has a file whose name ends as asked.
  static func holdsFiles(in folder: String, endings: [String]) -> Bool {
    // A folder that cannot be listed is one without files: the caller goes on to the next.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return !select(names, endings).isEmpty
  }

  private static func accepted(_ endings: [String]) -> [String] {
    endings.flatMap { [$0, $0 + ".gz", $0 + ".xz"] }
  }

  /// Names that begin with a full stop are left alone: `._name` is what macOS keeps beside a file.
  private static func select(_ names: [String], _ endings: [String]) -> [String] {
    let accepted = accepted(endings)
    return names.filter { name in
      !name.hasPrefix(".") && accepted.contains { name.hasSuffix($0) }
    }
  }

  /// The name of a file up to its first full stop: what names the image.
  static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    return String(name.prefix { $0 != "." })
  }
}
