import Foundation

/// A disk in memory that is quickly full; only the administrator can mount one.
public enum SmallDisk {
  /// Mounts one.
  ///
  /// - Parameters:
  ///   - path: Where; made anew.
  ///   - kilobytes: Its size.
  /// - Returns: Whether that worked.
  public static func mount(at path: String, kilobytes: Int) -> Bool {
    guard getuid() == 0, mkdir(path, 0o777) == 0 else { return false }
    return run("mount", ["-t", "tmpfs", "-o", "size=\(kilobytes)k", "shoal", path])
  }

  /// Unmounts it, also while somebody uses it.
  ///
  /// - Parameter path: Where it was mounted.
  public static func unmount(_ path: String) { _ = run("umount", ["-l", path]) }

  /// Fills it with a file `filler`.
  ///
  /// - Parameter path: Where it is mounted.
  /// - Throws: Where the file cannot be made.
  public static func fill(_ path: String) throws {
    try Data().write(to: URL(fileURLWithPath: "\(path)/filler"))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(path)/filler"))
    let block = Data(count: 4096)
    while (try? file.write(contentsOf: block)) != nil {}
    try? file.close()
  }

  private static func run(_ program: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
