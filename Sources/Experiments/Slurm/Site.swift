import Files
import Foundation
import Yams

/// What jobs need on one cluster, and a run's configuration does not say.
public struct Site: Sendable {
  /// The partition to submit to; Slurm's default where there is none.
  public var partition: String?
  /// The account that pays.
  public var account: String?
  /// The quality of service.
  public var qos: String?
  /// Modules to load, in this order.
  public var modules: [String] = []
  /// What starts the ranks of a job.
  public var launcher = "srun --mpi=pmix"
  /// Variables to set, in this order.
  public var environment: [(name: String, value: String)] = []
  /// More lines of the script: `#SBATCH` ones and commands.
  public var lines: [String] = []

  /// A cluster without peculiarities.
  public init() {}

  /// Reads a site file's text.
  ///
  /// - Parameters:
  ///   - text: YAML with any of the keys `partition`, `account`, `qos`, `modules`, `launcher`,
  ///     `environment` and `lines`.
  ///   - source: What the text is called in messages.
  /// - Throws: ``ConfigurationError`` for the first thing that is wrong.
  public init(_ text: String, source: String) throws(ConfigurationError) {
    guard let node = try parseYAML(text, source: source) else { return }
    guard let mapping = node.mapping else {
      throw .malformed(
        place: "\(source):\(node.mark?.line ?? 1)",
        problem: "expected keys with values, such as 'partition: batch'")
    }
    for (name, value) in mapping {
      try set(SiteEntry(name, value, source: source))
    }
  }

  /// Reads the text of a site file.
  ///
  /// - Parameter path: The file.
  /// - Returns: Its text, which may still be wrong.
  /// - Throws: ``ConfigurationError/unreadable(path:reason:)``.
  public static func text(of path: String) throws(ConfigurationError) -> String {
    try readText(path, "site file")
  }

  private mutating func set(_ entry: SiteEntry) throws(ConfigurationError) {
    switch entry.key {
    case .partition: partition = try entry.word()
    case .account: account = try entry.word()
    case .qos: qos = try entry.word()
    case .modules: modules = try entry.words()
    case .launcher: launcher = try entry.word()
    case .environment: environment = try entry.variables()
    case .lines: lines = try entry.words()
    }
  }
}

/// A key of a site file and what stands behind it.
private struct SiteEntry {
  enum Key: String, CaseIterable {
    case partition
    case account
    case qos
    case modules
    case launcher
    case environment
    case lines
  }

  let key: Key
  private let value: Node
  private let place: String

  init(_ name: Node, _ value: Node, source: String) throws(ConfigurationError) {
    place = "\(source):\(name.mark?.line ?? 1)"
    guard let word = name.string else {
      throw .malformed(place: place, problem: "a key is not a word")
    }
    guard let key = Key(rawValue: word) else {
      let known = Key.allCases.map(\.rawValue)
      throw .unknownKey(
        place: place, key: word, nearest: nearestName(to: word, among: known), known: known)
    }
    self.key = key
    self.value = value
  }

  func word() throws(ConfigurationError) -> String {
    guard let text = SiteEntry.word(value) else { throw invalid("one word or line") }
    return text
  }

  func words() throws(ConfigurationError) -> [String] {
    let words = value.sequence.map { $0.compactMap(SiteEntry.word) }
    guard let words, words.count == value.sequence?.count else {
      throw invalid("a list of words or lines, each behind a dash")
    }
    return words
  }

  func variables() throws(ConfigurationError) -> [(name: String, value: String)] {
    guard let mapping = value.mapping else { throw invalid("names with values") }
    var variables: [(name: String, value: String)] = []
    for (name, value) in mapping {
      let isName = { (name: String) in
        name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil
      }
      guard let name = name.string, isName(name), let text = value.scalar?.string else {
        throw invalid("names with values, such as 'OMPI_MCA_btl: tcp,self'")
      }
      variables.append((name, text))
    }
    return variables
  }

  /// A value of one line that is not empty.
  private static func word(_ node: Node) -> String? {
    guard let text = node.scalar?.string, !text.isEmpty, !text.contains(where: \.isNewline) else {
      return nil
    }
    return text
  }

  private func invalid(_ expected: String) -> ConfigurationError {
    let found: String
    switch value {
    case .scalar(let scalar): found = scalar.string.isEmpty ? "empty" : "'\(scalar.string)'"
    case .sequence: found = "a list"
    default: found = "a section"
    }
    return .invalidValue(place: place, key: key.rawValue, found: found, expected: expected)
  }
}
