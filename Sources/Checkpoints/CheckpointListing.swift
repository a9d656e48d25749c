internal import Digests
internal import Foundation
internal import HDF5

/// What an open checkpoint says of itself: everything but the elements of its datasets.
struct CheckpointListing {
  /// A dataset as the file describes it.
  struct Entry {
    let path: String
    let shape: [Int]
    let type: ElementType
    let index: Int
    let sha256: String

    /// Bytes of all elements.
    var byteCount: Int { shape.reduce(type.size, *) }
  }

  /// The version of the layout that design and h5py readers know.
  static let formatVersion = 1

  let state: CheckpointState
  /// In the order of their `index` attributes, which is that of the model's layout.
  let entries: [Entry]

  /// A digest over all this, so that a damaged listing is not taken for another model's.
  var digest: String {
    var lines = [
      "\(CheckpointListing.formatVersion) \(state.step) \(state.epoch) \(state.seed) \(state.shards)",
      state.configuration, state.shoalVersion, state.kernels, state.metrics,
    ]
    if !state.fingerprint.isEmpty { lines.append(state.fingerprint) }
    for (name, digest) in dataDigests where !digest.isEmpty { lines.append("\(name) \(digest)") }
    for entry in entries {
      lines.append("\(entry.path) \(entry.shape) \(entry.type) \(entry.index) \(entry.sha256)")
    }
    return SHA256.hex(of: lines.joined(separator: "\n"))
  }

  private var dataDigests: [(name: String, digest: String)] {
    [
      (CheckpointListing.dataDigest, state.dataDigest),
      (CheckpointListing.dataOrigin, state.dataOrigin),
    ]
  }

  private static let dataDigest = "data_sha256"
  private static let dataOrigin = "data_origin_sha256"

  /// Describes a checkpoint that is about to be written.
  init(state: CheckpointState, pieces: [CheckpointPiece], digests: [String]) {
    self.state = state
    entries = zip(pieces, digests).enumerated().map { index, element in
      Entry(
        path: element.0.path, shape: element.0.shape, type: element.0.type, index: index,
        sha256: element.1)
    }
  }

  /// Reads the description of an existing one.
  ///
  /// - Throws: ``CheckpointError`` where the version is another, an attribute is missing or the
  ///   digest over the listing does not match.
  init(_ file: borrowing File) throws(CheckpointError) {
    let version = try file.integer("format_version", of: "/")
    guard version == CheckpointListing.formatVersion else {
      throw .formatVersion(
        path: file.path, found: version, expected: CheckpointListing.formatVersion)
    }
    state = try CheckpointListing.state(file)
    entries = try CheckpointListing.entries(file)
    guard try file.text("sha256", of: "/") == digest else {
      throw .damaged(path: file.path, reason: "the list of its contents has another checksum")
    }
  }

  /// What steps, epochs and seeds may be: random numbers are made of them as of words of 32 bits.
  private static let words = 0...Int(UInt32.max)

  private static func state(_ file: borrowing File) throws(CheckpointError) -> CheckpointState {
    CheckpointState(
      step: try file.integer("step", of: "/", in: words),
      epoch: try file.integer("epoch", of: "/", in: words),
      seed: UInt32(try file.integer("seed", of: "/", in: words)),
      shards: try file.integer("shards", of: "/", in: 1...Int(UInt32.max)),
      configuration: try file.text("configuration", of: "/"),
      shoalVersion: try file.text("shoal_version", of: "/"),
      kernels: try file.text("kernels", of: "/"),
      fingerprint: try file.optionalText("kernel_fingerprint", of: "/"),
      dataDigest: try file.optionalText(dataDigest, of: "/"),
      dataOrigin: try file.optionalText(dataOrigin, of: "/"),
      metrics: try file.text("metrics", of: "/"))
  }

  private static func entries(_ file: borrowing File) throws(CheckpointError) -> [Entry] {
    let paths = try reading(file.path) { () throws(HDF5Error) in try file.datasets(within: "/") }
    var entries: [Entry] = []
    for path in paths {
      let dataset = try reading(file.path) { () throws(HDF5Error) in try file.dataset(path) }
      entries.append(
        Entry(
          path: path, shape: dataset.shape, type: dataset.type,
          index: try file.integer("index", of: path), sha256: try file.text("sha256", of: path)))
    }
    return entries.sorted { $0.index < $1.index }
  }

  /// Writes the attributes; collective.
  func write(to file: borrowing File) throws(HDF5Error) {
    let integers = [
      ("format_version", CheckpointListing.formatVersion), ("step", state.step),
      ("epoch", state.epoch), ("seed", Int(state.seed)), ("shards", state.shards),
    ]
    for (name, value) in integers {
      try file.setAttribute(name, of: "/", to: .integer(Int64(value)))
    }
    let texts =
      dataDigests.map { ($0.name, $0.digest) } + [
        ("configuration", state.configuration), ("shoal_version", state.shoalVersion),
        ("kernels", state.kernels), ("kernel_fingerprint", state.fingerprint),
        ("metrics", state.metrics), ("sha256", digest),
      ]
    for (name, value) in texts where !value.isEmpty {
      try file.setAttribute(name, of: "/", to: .text(value))
    }
    for entry in entries {
      try file.setAttribute("index", of: entry.path, to: .integer(Int64(entry.index)))
      try file.setAttribute("sha256", of: entry.path, to: .text(entry.sha256))
    }
  }
}

/// Runs a call to HDF5 on the file at `path` and throws the room's own error.
func reading<Value: ~Copyable>(
  _ path: String, _ body: () throws(HDF5Error) -> Value
) throws(CheckpointError) -> Value {
  do throws(HDF5Error) {
    return try body()
  } catch {
    throw CheckpointError(reading: path, error)
  }
}

extension File {
  fileprivate func integer(
    _ name: String, of object: String, in range: ClosedRange<Int> = .min ... .max
  ) throws(CheckpointError) -> Int {
    let value = try reading(path) { () throws(HDF5Error) in try attribute(name, of: object) }
    guard case .integer(let value) = value else {
      throw .damaged(path: path, reason: "attribute \(name) of \(object) is not an integer")
    }
    guard let value = Int(exactly: value), range.contains(value) else {
      throw .damaged(
        path: path,
        reason: "attribute \(name) of \(object) is \(value), expected \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    return value
  }

  /// An attribute that older files do not have; empty there.
  fileprivate func optionalText(
    _ name: String, of object: String
  ) throws(CheckpointError) -> String {
    let exists = try reading(path) { () throws(HDF5Error) in
      try hasAttribute(name, of: object)
    }
    return exists ? try text(name, of: object) : ""
  }

  fileprivate func text(_ name: String, of object: String) throws(CheckpointError) -> String {
    let value = try reading(path) { () throws(HDF5Error) in try attribute(name, of: object) }
    if case .text(let value) = value { return value }
    throw .damaged(path: path, reason: "attribute \(name) of \(object) is not a text")
  }
}
