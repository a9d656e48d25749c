import Files
import Foundation

/// The trials of a job array: each a line of settings in a file.
public struct Trials: Sendable, Equatable {
  /// One trial.
  public struct Trial: Sendable, Equatable {
    /// The number of its line, from 1; also of its task in the array.
    public let line: Int
    /// Its words `key.path=value`.
    public let settings: [String]
  }

  /// The file.
  public let path: String
  /// The lines that are neither empty nor comments.
  public let trials: [Trial]

  /// Reads a file's text.
  ///
  /// - Parameters:
  ///   - text: A trial a line: words `key.path=value` between blanks. Empty lines and those that
  ///     begin with `#` are none.
  ///   - path: The file.
  /// - Throws: ``ConfigurationError/malformed(place:problem:)`` where there is no trial, or a line
  ///   end that the job's shell would take for a part of the last word.
  public init(_ text: String, path: String) throws(ConfigurationError) {
    self.path = path
    if text.unicodeScalars.contains("\r") {
      throw .malformed(place: path, problem: "has the line ends of Windows; expected those of Unix")
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    trials = lines.enumerated().compactMap { index, line in
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
      guard let first = words.first, !first.hasPrefix("#") else { return nil }
      return Trial(line: index + 1, settings: words)
    }
    if trials.isEmpty {
      throw .malformed(place: path, problem: "has no trial; expected lines of key.path=value words")
    }
  }

  /// Reads the text of a file of trials.
  ///
  /// - Parameter path: The file.
  /// - Returns: Its text.
  /// - Throws: ``ConfigurationError/unreadable(path:reason:)``.
  public static func text(of path: String) throws(ConfigurationError) -> String {
    try readText(path, "file of trials")
  }

  /// The numbers of the tasks as Slurm wants them: `1-3,5`.
  var indices: String {
    var ranges: [ClosedRange<Int>] = []
    for trial in trials {
      if let last = ranges.last, last.upperBound + 1 == trial.line {
        ranges[ranges.count - 1] = last.lowerBound...trial.line
      } else {
        ranges.append(trial.line...trial.line)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }

  /// Completes the configuration of each trial.
  ///
  /// - Parameters:
  ///   - text: The configuration file's contents.
  ///   - source: What the file is called in messages.
  ///   - overrides: Settings of all trials, over which those of a trial win.
  /// - Returns: A configuration for each of ``trials``.
  /// - Throws: ``ConfigurationError`` that names the line of the trial.
  public func resolve(
    _ text: String, source: String, overrides: [String]
  ) throws(ConfigurationError) -> [ResolvedConfiguration] {
    // What has no effect without a trial's settings may have one with them.
    _ = try ResolvedConfiguration(
      [ConfigurationTree(text, source: source)], source: source, overrides: overrides, unused: .kept
    )
    var resolved: [ResolvedConfiguration] = []
    var lines: [String: Int] = [:]
    for trial in trials {
      let place = "\(path):\(trial.line)"
      do throws(ConfigurationError) {
        resolved.append(
          try ResolvedConfiguration(text, source: source, overrides: overrides + trial.settings))
      } catch {
        throw error.moved(to: place)
      }
      if let same = resolved.last.flatMap({ lines.updateValue(trial.line, forKey: $0.identifying) })
      {
        throw .malformed(place: place, problem: "is the same trial as line \(same)")
      }
    }
    return resolved
  }
}

extension ConfigurationError {
  /// The same error, of a setting that did not come from the command line.
  func moved(to place: String) -> ConfigurationError {
    switch self {
    case .unknownKey("command line", let key, let nearest, let known):
      .unknownKey(place: place, key: key, nearest: nearest, known: known)
    case .invalidValue("command line", let key, let found, let expected):
      .invalidValue(place: place, key: key, found: found, expected: expected)
    case .withoutEffect("command line", let key, let found, let needs):
      .withoutEffect(place: place, key: key, found: found, needs: needs)
    case .malformedOverride(let word):
      .malformed(place: place, problem: "'\(word)' is not of the form key.path=value")
    default: self
    }
  }
}
