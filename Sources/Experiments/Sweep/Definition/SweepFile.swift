import Foundation
public import MPI

/// The texts of a sweep: its file, and the file of the run that it starts from, if it names one.
public struct SweepFile: Codable, Sendable {
  /// The sweep's file.
  let path: String
  let text: String
  /// The other file.
  let basePath: String?
  let baseText: String?

  /// Reads the files on rank 0, for all ranks; collective.
  ///
  /// - Parameters:
  ///   - path: The sweep's file.
  ///   - world: The ranks; all must call this.
  /// - Returns: The texts.
  /// - Throws: ``ConfigurationError``.
  public static func read(_ path: String, on world: Communicator) throws -> SweepFile {
    let json = try textFromFirstRank(world) {
      String(decoding: try JSONEncoder().encode(SweepFile(path)), as: UTF8.self)
    }
    return try JSONDecoder().decode(SweepFile.self, from: Data(json.utf8))
  }

  init(path: String, text: String, base: (path: String, text: String)? = nil) {
    self.path = path
    self.text = text
    basePath = base?.path
    baseText = base?.text
  }

  /// Reads the files.
  init(_ path: String) throws {
    let text = try ResolvedConfiguration.text(of: path)
    let tree = try ConfigurationTree(text, source: path)
    guard let leaf = tree["sweep.base"], !leaf.isNull else {
      self.init(path: path, text: text)
      return
    }
    try ConfigurationRules.checkPath("sweep.base", leaf.text, leaf.place)
    // Beside this file, as both are moved together.
    let folder = (path as NSString).deletingLastPathComponent
    let place =
      leaf.text.hasPrefix("/")
      ? leaf.text : (folder as NSString).appendingPathComponent(leaf.text)
    do throws(ConfigurationError) {
      self.init(
        path: path, text: text, base: (place, try ResolvedConfiguration.text(of: place)))
    } catch {
      throw ConfigurationError.invalidValue(
        place: leaf.place, key: "sweep.base", found: leaf.text,
        expected: "a configuration file beside this one (\(error))")
    }
  }
}
