import Foundation

/// A control group of Linux that this process is in, with the limits of its processes.
public struct ControlGroup: Sendable {
  /// Where its files lie.
  public let folder: String
  /// Whether it belongs to the second version of control groups, which has other files.
  public let isVersion2: Bool

  /// The groups that bound a process: its own and those around it.
  ///
  /// - Parameters:
  ///   - root: The folder that `/proc` and `/sys` lie in.
  ///   - controller: What they bound, such as `cpu` or `memory`.
  /// - Returns: The groups, from the innermost one outwards; some may not exist.
  public static func all(root: String = "", bounding controller: String) -> [ControlGroup] {
    var groups: [ControlGroup] = []
    for line in text("\(root)/proc/self/cgroup").split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let isVersion2 = fields[1].isEmpty
      guard isVersion2 || fields[1].split(separator: ",").contains(Substring(controller)) else {
        continue
      }
      let top = "\(root)/sys/fs/cgroup" + (isVersion2 ? "" : "/\(controller)")
      // Within a container the group may be named from outside, where only the top can be seen.
      var names = fields[2].split(separator: "/").map(String.init)
      while true {
        groups.append(
          ControlGroup(
            folder: ([top] + names).joined(separator: "/"), isVersion2: isVersion2))
        if names.popLast() == nil { break }
      }
    }
    return groups
  }

  /// The words of one of its files.
  ///
  /// - Parameter file: The file's name.
  /// - Returns: None where there is no such file.
  public func words(_ file: String) -> [String] {
    ControlGroup.text("\(folder)/\(file)").split(whereSeparator: \.isWhitespace).map(String.init)
  }

  private static func text(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }
}
