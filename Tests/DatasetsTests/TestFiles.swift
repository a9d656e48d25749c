import Foundation
import Testing

@testable import Datasets

/// A folder of a test's own, removed with what is in it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "shoal-datasets-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and returns its path.
  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let file = path + "/" + name
    let folder = (file as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  /// Compresses a file with `gzip` or `xz` and returns the path of the result.
  func compress(_ file: String, with tool: String) throws -> String {
    try run([tool, "--keep", "--fast", file])
    return file + (tool == "gzip" ? ".gz" : ".xz")
  }

  /// Packs entries of this folder into a tar archive, compressed as its name says, and returns its path.
  func pack(_ entries: [String], into name: String) throws -> String {
    try run(["tar", "--create", "--auto-compress", "-f", path + "/" + name, "-C", path] + entries)
    return path + "/" + name
  }

  private func run(_ words: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(words)")
  }
}

/// Expects an error whose one line starts with a path and says what is wrong.
func expectFailure(
  of path: String, _ words: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("no error", sourceLocation: sourceLocation)
  } catch let error as DatasetError {
    #expect(error.description.hasPrefix(path), sourceLocation: sourceLocation)
    #expect(error.description.contains(words), sourceLocation: sourceLocation)
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
}

/// The bytes of an IDX file.
func idxBytes(magic: UInt32, shape: [Int], _ values: [UInt8]) -> [UInt8] {
  ([magic] + shape.map { UInt32($0) }).flatMap { word in
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
  } + values
}

/// Folder beside the package with the real data sets, of which no user has a copy here.
let realData = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("../../../shared/data").standardized.path

/// Whether the real data are there.
let hasRealData = FileManager.default.fileExists(atPath: realData + "/mnist")

/// The bytes of records of CIFAR-10's format: label n mod 10, pixels that depend on n and `seed`.
func cifarBytes(_ records: Int, seed: Int = 0) -> [UInt8] {
  var bytes: [UInt8] = []
  for record in 0..<records {
    bytes.append(UInt8(record % 10))
    for place in 0..<3072 {
      let value = place * place / 7 + place * (3 + record)
      bytes.append(UInt8(truncatingIfNeeded: value ^ seed))
    }
  }
  return bytes
}
