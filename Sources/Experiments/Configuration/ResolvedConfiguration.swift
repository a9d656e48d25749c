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
  /// Given values that change nothing, unless they were refused.
  let unused: [UnusedValue]

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

  /// Completes a configuration that a run has saved, which has been checked then.
  ///
  /// - Parameters:
  ///   - text: What was saved.
  ///   - source: What the file is called in messages.
  ///   - overrides: Words `key.path=value` that change what is done with the trained model.
  /// - Throws: ``ConfigurationError`` for the first thing that is wrong.
  public init(
    saved text: String, source: String, overrides: [String] = []
  ) throws(ConfigurationError) {
    try self.init(
      [ConfigurationTree(text, source: source, isGiven: false)], source: source,
      overrides: overrides, for: .evaluation)
  }

  /// Reads a configuration that a run has saved.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``ConfigurationError`` for the first thing that is wrong.
  init(savedAt path: String) throws(ConfigurationError) {
    try self.init(saved: ResolvedConfiguration.text(of: path), source: path)
  }

  /// What becomes of given values that change nothing.
  enum Unused {
    /// They are replaced by their defaults; what nobody can have meant is refused.
    case refused
    /// They are replaced by their defaults.
    case dropped
    /// They stay.
    case kept
  }

  /// Completes a configuration that several files give.
  ///
  /// - Parameters:
  ///   - files: What each gives; later ones win.
  ///   - source: What they are called in messages.
  ///   - overrides: Words `key.path=value`, which win over the files.
  ///   - purpose: What it is for.
  ///   - unused: What becomes of values that change nothing.
  /// - Throws: ``ConfigurationError`` for the first thing that is wrong.
  init(
    _ files: [ConfigurationTree], source: String, overrides: [String],
    for purpose: ConfigurationPurpose = .training, unused: Unused = .refused
  ) throws(ConfigurationError) {
    let defaults = try ConfigurationTree(defaultConfiguration, source: "defaults", isGiven: false)
    func addGiven(to tree: inout ConfigurationTree) throws(ConfigurationError) {
      for file in files { try tree.merge(file) }
      for word in overrides { try tree.override(word) }
    }
    var wanted = defaults
    try addGiven(to: &wanted)
    try ConfigurationRules.checkChoices(wanted)
    try ConfigurationRules.checkTexts(
      wanted, paths: PathText.keys, words: Set(ConfigurationChoices.all.keys))

    var completed = defaults
    for overlay in profileOverlays where overlay.applies({ wanted[$0]?.text }) {
      let place = "profile \(wanted["profile"]?.text ?? "")"
      try completed.merge(ConfigurationTree(overlay.yaml, source: place, isGiven: false))
    }
    var tree = completed
    try addGiven(to: &tree)
    var run = try ResolvedConfiguration.decode(&tree)
    try ConfigurationRules.checkRanges(run, tree)
    do {
      var values = try ResolvedConfiguration.values(of: run)
      let given = try ResolvedConfiguration.unused(
        values, in: run, tree, defaults: [defaults, completed], for: purpose)
      // What a file is made for is no mistake where the command line makes something else of it.
      let alone =
        given.isEmpty || overrides.isEmpty
        ? nil
        : try? ResolvedConfiguration(
          files, source: source, overrides: [], for: purpose, unused: .kept)
      let found = given.map { $0.judged(by: alone) }
      if unused == .refused, let first = found.first(where: { !$0.isExcused }) { throw first.error }
      if unused != .kept, !found.isEmpty {
        for value in found { tree.reset(value.key, to: completed) }
        run = try ResolvedConfiguration.decode(&tree)
        values = try ResolvedConfiguration.values(of: run)
      }
      self.run = run
      self.values = values
      self.unused = found
      yaml = try Yams.serialize(node: tree.node())
    } catch let error as ConfigurationError {
      throw error
    } catch {
      throw .malformed(place: source, problem: "cannot be saved as YAML: \(error)")
    }
  }

  /// The values that were given, are not the defaults, and change nothing.
  private static func unused(
    _ values: [(key: String, text: String)], in run: RunConfiguration, _ tree: ConfigurationTree,
    defaults: [ConfigurationTree], for purpose: ConfigurationPurpose
  ) throws -> [UnusedValue] {
    let idle = tree.keys.filter {
      tree[$0]?.isGiven == true && KeyEffect.missing(for: $0, in: run, purpose) != nil
    }
    guard !idle.isEmpty else { return [] }
    let texts = Dictionary(values.map { ($0.key, $0.text) }) { $1 }
    let usual = try defaults.map { tree in
      var tree = tree
      let values = try ResolvedConfiguration.values(of: decode(&tree))
      return Dictionary(values.map { ($0.key, $0.text) }) { $1 }
    }
    return idle.compactMap { key in
      guard !usual.contains(where: { $0[key] == texts[key] }), let leaf = tree[key],
        let effect = KeyEffect.missing(for: key, in: run, purpose)
      else { return nil }
      return UnusedValue(
        key: key, place: leaf.place, text: leaf.text,
        needs: effect.phrase { texts[$0] ?? "missing" })
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
    let text = try readText(path, "configuration file")
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
    return values.filter {
      !free.contains($0.key) && $0.text != then[$0.key]
        && KeyEffect.missing(for: $0.key, in: run, .training) == nil
    }.map {
      "\($0.key) is \(then[$0.key] ?? "unknown") there and \($0.text) here"
    }
  }

  /// Decodes a tree; whole numbers that are written with a point or an exponent are written out in
  /// it.
  private static func decode(
    _ tree: inout ConfigurationTree
  ) throws(ConfigurationError) -> RunConfiguration {
    while true {
      do {
        return try YAMLDecoder().decode(RunConfiguration.self, from: tree.node())
      } catch let error as DecodingError {
        guard ConfigurationRules.writeOut(error, in: &tree) else {
          throw ConfigurationRules.invalid(error, tree)
        }
      } catch {
        throw .malformed(place: "configuration", problem: "\(error)")
      }
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
