import Foundation

/// The variables that the process was started with.
enum StartVariables {
  /// Starting MPI adds some, which say that this process is a rank: programs that it starts should not
  /// get those.
  static var all: [String: String] {
    guard let bytes = FileManager.default.contents(atPath: "/proc/self/environ") else {
      return ProcessInfo.processInfo.environment
    }
    let pairs = bytes.split(separator: 0).compactMap { entry -> (String, String)? in
      let parts = String(decoding: entry, as: UTF8.self).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
    return Dictionary(pairs) { $1 }
  }
}
