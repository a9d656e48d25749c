import Yams

/// A configuration as its leaves: values by key path, each with the place that it comes from.
struct ConfigurationTree {
  /// What stands at the end of a key path.
  struct Leaf {
    /// The value; a list or an empty section is none that a key accepts.
    var node: Node
    /// The file with the line, or what else gave the value.
    var place: String
    /// Whether the file or the command line gave the value, as opposed to defaults and profiles.
    var isGiven = true

    /// Whether the value is null in one of YAML's spellings.
    var isNull: Bool {
      guard let scalar = node.scalar, scalar.style == .any || scalar.style == .plain else {
        return false
      }
      return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// The value as messages show it.
    var text: String {
      switch node {
      case .scalar(let scalar): isNull ? "null" : scalar.string
      case .mapping: "a section"
      case .sequence, .alias: "a list"
      }
    }
  }

  /// Key paths in the order of the text.
  private(set) var keys: [String] = []
  private var leaves: [String: Leaf] = [:]

  /// Reads a text; which keys there are is not looked at.
  ///
  /// - Parameters:
  ///   - text: YAML: mappings of mappings of values.
  ///   - source: What the text is called in messages.
  ///   - isGiven: Whether the user wrote it.
  /// - Throws: ``ConfigurationError/malformed(place:problem:)``.
  init(_ text: String, source: String, isGiven: Bool = true) throws(ConfigurationError) {
    guard let node = try parseYAML(text, source: source) else { return }
    guard case .mapping = node else {
      throw .malformed(
        place: node.mark.map { "\(source):\($0.line)" } ?? source,
        problem: "expected keys with values, such as 'seed: 1'")
    }
    try collect(node, at: "", source: source, isGiven: isGiven)
  }

  subscript(key: String) -> Leaf? { leaves[key] }

  /// The paths of all sections: every path that is not a leaf.
  var sections: Set<String> {
    Set(
      keys.flatMap { key in
        key.indices.filter { key[$0] == "." }.map { String(key[..<$0]) }
      })
  }

  /// Replaces values by those of another configuration, whose keys must all exist here.
  ///
  /// A section without a value, whose keys may all be commented out, changes nothing.
  mutating func merge(_ other: ConfigurationTree) throws(ConfigurationError) {
    let sections = sections
    for key in other.keys {
      guard let leaf = other[key] else { continue }
      let isEmptySection = leaf.isNull || leaf.node.mapping != nil
      if !(sections.contains(key) && isEmptySection) { try set(key, leaf) }
    }
  }

  /// Sets a value from a word `key.path=value` of the command line; nothing after `=` is null.
  mutating func override(_ word: String) throws(ConfigurationError) {
    guard let equals = word.firstIndex(of: "="), equals > word.startIndex else {
      throw .malformedOverride(word)
    }
    let value = String(word[word.index(after: equals)...])
    try set(
      String(word[..<equals]),
      Leaf(node: .scalar(Node.Scalar(value, .implicit, .plain)), place: "command line"))
  }

  /// Takes out what lies in a section.
  ///
  /// - Parameter section: Its path.
  /// - Returns: Its keys with their whole paths; none where it has no value.
  mutating func take(section: String) -> ConfigurationTree {
    var part = ConfigurationTree()
    for key in keys where key.hasPrefix(section + ".") {
      part.keys.append(key)
      part.leaves[key] = take(key)
    }
    if leaves[section]?.isNull == true { _ = take(section) }
    return part
  }

  /// Takes out a key.
  ///
  /// - Parameter key: Its path.
  /// - Returns: What it led to, if anything.
  mutating func take(_ key: String) -> Leaf? {
    keys.removeAll { $0 == key }
    return leaves.removeValue(forKey: key)
  }

  /// Gives a key the value that it has in another tree.
  mutating func reset(_ key: String, to other: ConfigurationTree) { leaves[key] = other[key] }

  /// Writes the value of a key in another way.
  mutating func respell(_ key: String, _ text: String) {
    leaves[key]?.node = .scalar(Node.Scalar(text, .implicit, .plain))
  }

  private init() {}

  private mutating func set(_ key: String, _ leaf: Leaf) throws(ConfigurationError) {
    guard leaves[key] != nil else { throw unknown(key, leaf) }
    guard leaf.node.scalar != nil else {
      throw .invalidValue(place: leaf.place, key: key, found: leaf.text, expected: "one value")
    }
    leaves[key] = leaf
  }

  /// What is wrong with a key that no leaf has.
  private func unknown(_ key: String, _ leaf: Leaf) -> ConfigurationError {
    let names = { (section: String) in
      var names: [String] = []
      for key in keys where section.isEmpty || key.hasPrefix(section + ".") {
        let rest = section.isEmpty ? key : String(key.dropFirst(section.count + 1))
        let name = String(rest.prefix { $0 != "." })
        if !names.contains(name) { names.append(name) }
      }
      return names
    }
    if sections.contains(key) {
      return .invalidValue(
        place: leaf.place, key: key, found: leaf.text,
        expected: "a section with the keys \(names(key).joined(separator: ", "))")
    }
    if let parent = keys.first(where: { key.hasPrefix($0 + ".") }) {
      return .invalidValue(
        place: leaf.place, key: parent, found: "a section", expected: "one value")
    }
    let ancestors = key.indices.filter { key[$0] == "." }.map { String(key[..<$0]) }
    let section = ancestors.last { sections.contains($0) } ?? ""
    return .unknownKey(
      place: leaf.place, key: key,
      nearest: nearestKeyPath(to: key, among: keys + sections.sorted()),
      known: names(section))
  }

  private mutating func collect(
    _ node: Node, at path: String, source: String, isGiven: Bool
  ) throws(ConfigurationError) {
    let place = node.mark.map { "\(source):\($0.line)" } ?? source
    if case .mapping(let mapping) = node, !mapping.isEmpty {
      for (name, value) in mapping {
        guard let name = name.string else {
          throw .malformed(place: place, problem: "a key is not a word")
        }
        try collect(
          value, at: path.isEmpty ? name : "\(path).\(name)", source: source, isGiven: isGiven)
      }
    } else if !path.isEmpty {
      // As where a section has it, and a path with points as well.
      if leaves[path] != nil { throw .malformed(place: place, problem: "\(path) is given twice") }
      keys.append(path)
      leaves[path] = Leaf(node: node, place: place, isGiven: isGiven)
    }
  }
}

extension ConfigurationTree {
  /// The tree as one nested node, in the order of the keys.
  func node() -> Node { node(below: "") }

  private func node(below prefix: String) -> Node {
    var pairs: [(Node, Node)] = []
    var seen: Set<String> = []
    for key in keys where key.hasPrefix(prefix) {
      let rest = key.dropFirst(prefix.count)
      let name = String(rest.prefix { $0 != "." })
      guard seen.insert(name).inserted else { continue }
      let isLeaf = name.count == rest.count
      let value = isLeaf ? leaves[key]?.saved : node(below: prefix + name + ".")
      if let value { pairs.append((Node(name), value)) }
    }
    return Node(pairs)
  }
}

extension ConfigurationTree.Leaf {
  /// The value as it is saved: null has one spelling.
  fileprivate var saved: Node {
    isNull ? .scalar(Node.Scalar("null", .implicit, .plain)) : node
  }
}
