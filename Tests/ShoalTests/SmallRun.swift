import Foundation
import TestSupport

/// A folder with a configuration whose run takes a second: dead leaves of 84 patches an image.
struct SmallRun {
  let folder: String
  static let configuration = """
    data:
      name: dead-leaves
      dead_leaves: {images: 5, width: 288, height: 168, largest_radius: 40}
    model: {latents: 32}
    training: {batch: 40, epochs: 7, steps: 50, validate_every: 3, log_every: 5}
    checkpoints: {interval: 10, keep: 2}

    """

  init(_ folder: String) throws {
    self.folder = folder
    try SmallRun.configuration.write(
      toFile: "\(folder)/small.yaml", atomically: true, encoding: .utf8)
  }

  /// Runs `shoal` in the folder.
  func shoal(
    _ words: String..., ranks: Int? = nil, environment: [String: String] = [:]
  ) throws -> ProgramRun {
    try ProgramRun("shoal", words, ranks: ranks, in: folder, environment: environment)
  }

  /// The digest of all parameters that `shoal inspect` prints.
  func digest(_ path: String) throws -> String {
    let start = "parameters sha256: "
    let lines = try shoal("inspect", path).output.split(separator: "\n")
    return lines.first { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) } ?? "none"
  }

  /// The lines of a run's log, without the time that they took and without those of its starts.
  func log(_ run: String) throws -> [String] {
    let text = try String(contentsOfFile: "\(folder)/\(run)/metrics.jsonl", encoding: .utf8)
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix(#"{"kind":"start","#) }
    return lines.map { line in
      line.range(of: ",\"seconds\":").map { String(line[..<$0.lowerBound]) } ?? String(line)
    }
  }

  /// Waits until the log of a run, which a process trains, has more than so many lines.
  func wait(for lines: Int, of run: String, by process: Process) throws {
    try process.wait(for: "\(lines) lines in the log of \(run)") {
      ((try? log(run).count) ?? 0) > lines
    }
  }

  func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder)/\(path)")
  }

  func contents(of path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)"))
  }

  func write(_ data: Data, to path: String) throws {
    try data.write(to: URL(fileURLWithPath: "\(folder)/\(path)"))
  }

  func write(_ text: String, to path: String) throws {
    try write(Data(text.utf8), to: path)
  }

  /// Stripes of 28 × 28 pixels as files of MNIST's format.
  func writeDigits() throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder)/digits", withIntermediateDirectories: true)
    for (part, count) in [("train", 40), ("t10k", 20)] {
      let pixels = (0..<count * 784).map { place in
        let (image, row, column) = (place / 784, place % 784 / 28, place % 28)
        return UInt8(truncatingIfNeeded: row * (image + 3) + column * (image % 5 + 2))
      }
      let size = UInt8(count)
      try write(
        Data([0, 0, 8, 3, 0, 0, 0, size, 0, 0, 0, 28, 0, 0, 0, 28] + pixels),
        to: "digits/\(part)-images-idx3-ubyte")
      try write(
        Data([0, 0, 8, 1, 0, 0, 0, size] + (0..<size).map { $0 % 10 }),
        to: "digits/\(part)-labels-idx1-ubyte")
    }
  }
}
