import Foundation
import Yams

/// A configuration that is complete: defaults, profile, file and command line, in this order.
public struct ResolvedConfiguration: Sendable {
  /// The settings.
  public let run: RunConfiguration
  /// The whole configuration as YAML, from which an equal one is resolved again.
  public let yaml: String
  /// The same as values by key path, in one spelling.
  let values: [(key: String, text: String)]

  /// Completes a configuration.
  ///
  /// - Parameters:
  ///   - text: The contents of the file; an empty one leaves the defaults.
  ///   - source: What the file is called in messages.
  ///   - overrides: Words `key.path=value`, which win over the file.
  /// - Throws: ``ConfigurationError`` for the first thing that is wrong.
  public init(
    _ text: String, source: String, overrides: [String] = []
  ) throws(ConfigurationError) {
    try self.init([ConfigurationTree(text, source: source)], source: source, overrides: overrides)
  }

  /// Completes a configuration that several files give.
  ///
  /// - Parameters:
  ///   - files: What each gives; later ones win.
  ///   - source: What they are called in messages.
  ///   - overrides: Words `key.path=value`, which win over the files.
  /// - Throws: ``ConfigurationError`` for the first thing that is wrong.
  init(
    _ files: [ConfigurationTree], source: String, overrides: [String]
  ) throws(ConfigurationError) {
    let defaults = try ConfigurationTree(defaultConfiguration, source: "defaults", isGiven: false)
    func addGiven(to tree: inout ConfigurationTree) throws(ConfigurationError) {
      for file in files { try tree.merge(file) }
      for word in overrides { try tree.override(word) }
    }
    var wanted = defaults
    try addGiven(to: &wanted)
    try ConfigurationRules.checkChoices(wanted)

    var tree = defaults
    for overlay in profileOverlays where overlay.applies({ wanted[$0]?.text }) {
      let place = "profile \(wanted["profile"]?.text ?? "")"
      try tree.merge(ConfigurationTree(overlay.yaml, source: place, isGiven: false))
    }
    try addGiven(to: &tree)
    run = try ResolvedConfiguration.decode(tree)
    try ConfigurationRules.checkRanges(run, tree)
    do {
      yaml = try Yams.serialize(node: tree.node())
      values = try ResolvedConfiguration.values(of: run)
    } catch {
      throw .malformed(place: source, problem: "cannot be saved as YAML: \(error)")
    }
  }

  /// Reads and completes a configuration file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - overrides: Words `key.path=value`, which win over the file.
  /// - Throws: ``ConfigurationError`` for the first thing that is wrong.
  public init(path: String, overrides: [String] = []) throws(ConfigurationError) {
    try self.init(ResolvedConfiguration.text(of: path), source: path, overrides: overrides)
  }

  /// Reads a configuration file, which must not be empty.
  ///
  /// - Parameter path: The file.
  /// - Returns: Its text, which may still be no configuration.
  /// - Throws: ``ConfigurationError/unreadable(path:reason:)``, or
  ///   ``ConfigurationError/malformed(place:problem:)`` for an empty file.
  public static func text(of path: String) throws(ConfigurationError) -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .unreadable(path: path, reason: "there is no such configuration file")
    }
    if isFolder.boolValue {
      throw .unreadable(path: path, reason: "is a folder, expected a configuration file")
    }
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path, reason: "cannot be read (permission?)")
    }
    guard let text = String(data: bytes, encoding: .utf8) else {
      throw .malformed(place: path, problem: "is not text in UTF-8")
    }
    let isEmpty = text.split(whereSeparator: \.isNewline).allSatisfy {
      $0.allSatisfy(\.isWhitespace) || $0.drop(while: \.isWhitespace).hasPrefix("#")
    }
    if isEmpty {
      throw .malformed(place: path, problem: "is empty; expected keys with values")
    }
    return text
  }

  /// What differs from the settings of an earlier part of the same run.
  ///
  /// What changes the run's numbers may not differ. These may: the profile, whose effects are
  /// compared key by key; where data lie; when something is validated, logged or saved; which
  /// library multiplies, since what that does to the bits is said when a run goes on; and
  /// `training.steps`, which ends a run without changing its schedules, whereas `training.epochs`
  /// stretches them.
  ///
  /// - Parameter earlier: The settings that the run was started with.
  /// - Returns: One phrase for each key that may not differ but does.
  public func differences(from earlier: ResolvedConfiguration) -> [String] {
    let free: Set = [
      "profile", "data.path", "data.cache", "training.steps", "training.on_rank_failure",
      "training.validate_every",
      "training.log_every", "reduction.verify_interval", "reduction.overlap",
      "reduction.shared_memory",
      "checkpoints.interval",
      "checkpoints.mtbf_hours", "checkpoints.keep", "kernels.products",
    ]
    let then = Dictionary(uniqueKeysWithValues: earlier.values)
    return values.filter { !free.contains($0.key) && $0.text != then[$0.key] }.map {
      "\($0.key) is \(then[$0.key] ?? "unknown") there and \($0.text) here"
    }
  }

  private static func decode(
    _ tree: ConfigurationTree
  ) throws(ConfigurationError) -> RunConfiguration {
    do {
      return try YAMLDecoder().decode(RunConfiguration.self, from: tree.node())
    } catch let error as DecodingError {
      throw ConfigurationRules.invalid(error, tree)
    } catch {
      throw .malformed(place: "configuration", problem: "\(error)")
    }
  }

  /// Every setting with its value; equal values have equal texts however they were written.
  private static func values(of run: RunConfiguration) throws -> [(key: String, text: String)] {
    let tree = try ConfigurationTree(YAMLEncoder().encode(run), source: "configuration")
    return tree.keys.map { key in
      let text = tree[key]?.text ?? ""
      let isNumber = tree[key]?.node.scalar?.style == .plain
      // Yams writes 0.005 as 5e-3.
      let number = isNumber && Int(text) == nil ? Double(text) : nil
      return (key, number.map { "\($0)" } ?? text)
    }
  }
}
