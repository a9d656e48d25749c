import Foundation

/// Folders that look like those of runs.
struct ComparedRuns {
  let folder: String

  /// Writes what a run leaves that comparisons read.
  func write(
    _ name: String, configuration: String, nelbo: Double, more: String = "",
    isFinished: Bool = true
  ) throws -> String {
    let path = "\(folder)/\(name)"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true)
    try configuration.write(toFile: "\(path)/config.yaml", atomically: true, encoding: .utf8)
    let metrics = #""nelbo":\#(nelbo),"mse":\#(nelbo - 10),"kl":10\#(more)"#
    try #"{"kind":"validation","step":5,\#(metrics),"seconds":1}"#.appending("\n")
      .write(toFile: "\(path)/metrics.jsonl", atomically: true, encoding: .utf8)
    if isFinished {
      try "{\(metrics)}".write(toFile: "\(path)/summary.json", atomically: true, encoding: .utf8)
    }
    return path
  }

  static func configuration(seed: Int, method: String = "mc", other: String = "") -> String {
    """
    seed: \(seed)
    data: {name: mnist}
    training: {method: \(method)\(other)}

    """
  }
}
