import Foundation
import Yams

extension Axis {
  /// Ways to say what the values are, each with what it expects.
  private static let forms: [(name: String, expected: String)] = [
    ("values", "a list of values"),
    ("range", "[first, last], with count or step"),
    ("log_range", "[first, last], both positive, with count"),
    ("uniform", "[low, high]"),
    ("log_uniform", "[low, high], both positive"),
    ("normal", "[mean, deviation], with a positive deviation"),
    ("integer", "[low, high], both whole"),
  ]
  private static let others = ["key", "zip", "when", "count", "step"]

  /// Reads the list of axes.
  ///
  /// - Parameters:
  ///   - node: A list of axes.
  ///   - source: The file.
  ///   - keys: All key paths that a run has.
  /// - Returns: The axes in their order.
  /// - Throws: ``ConfigurationError`` that names line and key.
  static func axes(
    _ node: Node, source: String, keys: [String]
  ) throws(ConfigurationError) -> [Axis] {
    guard let items = node.sequence else {
      throw .invalidValue(
        place: place(node, source), key: "sweep.axes", found: "no list",
        expected: "a list of axes, as - {key: training.beta, values: [0.5, 1]}")
    }
    var axes: [Axis] = []
    for item in items {
      let axis = try Axis(item, source: source, known: keys)
      for condition in axis.conditions {
        try check(condition, of: axis, after: axes)
      }
      for key in axis.keys where axes.contains(where: { $0.keys.contains(key) }) {
        throw .malformed(place: axis.place, problem: "\(key) has an axis already")
      }
      if let other = axes.first(where: { $0.conditions.contains { axis.keys.contains($0.key) } }) {
        throw .malformed(
          place: other.place,
          problem: "when is about \(axis.keys[0]), whose axis must stand before this one")
      }
      axes.append(axis)
    }
    return axes
  }

  /// Sees whether a condition can hold: it is about an axis before, or a key that has no axis at
  /// all.
  private static func check(
    _ condition: Condition, of axis: Axis, after earlier: [Axis]
  ) throws(ConfigurationError) {
    if axis.keys.contains(condition.key) {
      throw .malformed(
        place: axis.place, problem: "when is about the axis itself, \(condition.key)")
    }
    for text in condition.texts {
      try ConfigurationChoices.all[condition.key]?.check(
        "when \(condition.key)", ConfigurationTree.Leaf(node: Node(text), place: axis.place))
    }
    guard let other = earlier.first(where: { $0.keys.contains(condition.key) }),
      case .choices(let choices) = other.domain,
      let place = other.keys.firstIndex(of: condition.key)
    else { return }
    let values = choices.map { $0[place] }
    let spellings = Set(values.map(YAMLReading.canonical))
    if let odd = condition.texts.first(where: { !spellings.contains(YAMLReading.canonical($0)) }) {
      throw .invalidValue(
        place: axis.place, key: "when \(condition.key)", found: odd,
        expected: "one of the axis' values, \(values.joined(separator: ", "))")
    }
  }

  private init(_ node: Node, source: String, known: [String]) throws(ConfigurationError) {
    place = Axis.place(node, source)
    guard let mapping = node.mapping else {
      throw .malformed(
        place: place, problem: "an axis is {key: …, values: […]} or {zip: {key: […], …}}")
    }
    var members: [String: Node] = [:]
    let names = Axis.others + Axis.forms.map(\.name)
    for (name, value) in mapping {
      guard let name = name.string, names.contains(name) else {
        throw .unknownKey(
          place: place, key: "sweep.axes.\(name.string ?? "?")",
          nearest: nearestName(to: name.string ?? "", among: names), known: names)
      }
      members[name] = value
    }
    conditions = try Axis.conditions(members["when"], place: place, known: known)
    if let zip = members["zip"] {
      if let extra = members.keys.sorted().first(where: { $0 != "zip" && $0 != "when" }) {
        throw .malformed(place: place, problem: "\(extra) does not go with zip")
      }
      (keys, domain) = try Axis.zipped(zip, place: place, known: known)
      try checkTexts()
      return
    }
    guard let key = members["key"]?.string else {
      throw .malformed(place: place, problem: "the axis has no key, as training.beta is one")
    }
    try Axis.check(key, place: place, known: known)
    keys = [key]
    for name in Axis.numbers {
      for node in members[name].map({ $0.sequence.map(Array.init) ?? [$0] }) ?? [] {
        guard let scalar = node.scalar else { continue }
        try ConfigurationRules.checkNumber("sweep.axes.\(name)", scalar, place)
      }
    }
    domain = try Axis.domain(members, key: key, place: place)
    try checkTexts()
  }

  /// What is written in numbers, whatever the key.
  private static let numbers =
    others.filter { ["count", "step"].contains($0) }
    + forms.map(\.name).filter { $0 != "values" }

  /// Checks the values as those of a run's file are checked, and that no two are the same.
  private func checkTexts() throws(ConfigurationError) {
    for condition in conditions {
      for text in condition.texts { try Axis.checkText(text, of: condition.key, place) }
    }
    guard case .choices(let choices) = domain else { return }
    var seen: [[String]: [String]] = [:]
    for texts in choices {
      for (key, text) in zip(keys, texts) { try Axis.checkText(text, of: key, place) }
      let values = zip(keys, texts).map { ConfigurationRules.spelling($1, of: $0) }
      if let other = seen.updateValue(texts, forKey: values) {
        throw .malformed(
          place: place,
          problem: "\(keys.joined(separator: " ")) has \(other.joined(separator: " ")) and "
            + "\(texts.joined(separator: " ")), which are the same: trials would be equal")
      }
    }
  }

  private static func checkText(
    _ text: String, of key: String, _ place: String
  ) throws(ConfigurationError) {
    if PathText.keys.contains(key) {
      try ConfigurationRules.checkPath(key, text, place)
    } else if ConfigurationChoices.all[key] == nil {
      try ConfigurationRules.checkNumber(key, Node.Scalar(text, .implicit, .plain), place)
    }
  }

  private static func place(_ node: Node, _ source: String) -> String {
    node.mark.map { "\(source):\($0.line)" } ?? source
  }

  private static func check(
    _ key: String, place: String, known: [String]
  ) throws(ConfigurationError) {
    if known.contains(key) { return }
    let section = key.lastIndex(of: ".").map { String(key[...$0]) } ?? ""
    throw .unknownKey(
      place: place, key: key, nearest: nearestKeyPath(to: key, among: known),
      known: known.filter { $0.hasPrefix(section) })
  }

  private static func conditions(
    _ node: Node?, place: String, known: [String]
  ) throws(ConfigurationError) -> [Condition] {
    guard let node else { return [] }
    guard let mapping = node.mapping else {
      throw .malformed(place: place, problem: "when is {key: value} or {key: [value, …]}")
    }
    var conditions: [Condition] = []
    for (key, value) in mapping {
      let key = key.string ?? ""
      try check(key, place: place, known: known)
      conditions.append(Condition(key: key, texts: value.sequence?.map(text) ?? [text(value)]))
    }
    return conditions
  }

  private static func zipped(
    _ node: Node, place: String, known: [String]
  ) throws(ConfigurationError) -> ([String], Domain) {
    var keys: [String] = []
    var columns: [[String]] = []
    for (key, values) in node.mapping ?? [:] {
      let key = key.string ?? ""
      try check(key, place: place, known: known)
      keys.append(key)
      columns.append(values.sequence?.map(text) ?? [])
    }
    guard let first = columns.first, !first.isEmpty else {
      throw .malformed(place: place, problem: "zip is {key: [value, …], key: [value, …]}")
    }
    if let odd = columns.firstIndex(where: { $0.count != first.count }) {
      throw .malformed(
        place: place,
        problem: "\(keys[odd]) has \(columns[odd].count) values and \(keys[0]) has \(first.count): "
          + "zipped keys need as many")
    }
    return (keys, .choices(first.indices.map { row in columns.map { $0[row] } }))
  }

  private static func domain(
    _ members: [String: Node], key: String, place: String
  ) throws(ConfigurationError) -> Domain {
    let given = forms.filter { members[$0.name] != nil }
    guard given.count == 1, let form = given.first, let node = members[form.name] else {
      throw .malformed(
        place: place,
        problem: "the axis \(key) needs one of \(forms.map(\.name).joined(separator: ", "))")
    }
    let step = members["step"].flatMap { YAMLReading.number(text($0)) }
    let count = members["count"].flatMap { YAMLReading.wholeNumber(text($0)) }
    let domain: Domain? =
      if form.name == "values" {
        node.sequence.flatMap { $0.isEmpty ? nil : .choices($0.map { [text($0)] }) }
      } else if let bounds = node.sequence?.map({ YAMLReading.number(text($0)) ?? .nan }),
        bounds.count == 2,
        bounds.allSatisfy(\.isFinite)
      {
        self.domain(form.name, bounds[0], bounds[1], count: count, step: step)
      } else {
        nil
      }
    let mayHave = ["range": ["count", "step"], "log_range": ["count"]][form.name] ?? []
    let extra = ["count", "step"].first { members[$0] != nil && !mayHave.contains($0) }
    guard let domain, extra == nil else {
      throw .invalidValue(
        place: place, key: key,
        found: "an axis with \(form.name)" + (extra.map { " and \($0)" } ?? ""),
        expected: "\(form.name): \(form.expected)")
    }
    return domain
  }

  private static func domain(
    _ form: String, _ low: Double, _ high: Double, count: Int?, step: Double?
  ) -> Domain? {
    let isPositive = low > 0 && high > low
    switch form {
    case "range":
      if let step, count == nil, step > 0, high >= low, (high - low) / step < 1e6 {
        let last = Int(((high - low) / step + 1e-9).rounded(.down))
        return .choices((0...last).map { [AxisLaw.text(low + Double($0) * step)] })
      }
      guard let count, step == nil else { return nil }
      return spaced(count) { AxisLaw.uniform(low, high).text(at: $0) }
    case "log_range":
      guard let count, low > 0, high > 0 else { return nil }
      return spaced(count) { AxisLaw.logUniform(low, high).text(at: $0) }
    case "uniform": return high > low ? .law(.uniform(low, high)) : nil
    case "log_uniform": return isPositive ? .law(.logUniform(low, high)) : nil
    case "normal": return high > 0 ? .law(.normal(low, high)) : nil
    default:
      guard high >= low, max(-low, high) < 1e15, let low = Int(exactly: low),
        let high = Int(exactly: high)
      else {
        return nil
      }
      return .law(.integer(low, high))
    }
  }

  private static func spaced(_ count: Int, _ text: (Double) -> String) -> Domain? {
    guard (2...100_000).contains(count) else { return nil }
    return .choices((0..<count).map { [text(Double($0) / Double(count - 1))] })
  }

  private static func text(_ node: Node) -> String {
    let leaf = ConfigurationTree.Leaf(node: node, place: "")
    return leaf.text
  }
}
