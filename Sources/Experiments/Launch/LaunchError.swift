public import MPI

/// A launch that would not be the run that is meant.
public enum LaunchError: ExitCoded, Equatable, CustomStringConvertible {
  /// Ranks that must be alike are not.
  case differs(what: String, first: String, rank: Int, found: String, remedy: String)
  /// A folder that ranks do not share.
  case notShared(folder: String, rank: Int, host: String)
  /// A folder that cannot be written.
  case cannotWrite(folder: String, reason: String)
  /// There is less memory than ranks will take; in bytes.
  case memory(host: String, needed: Int, available: Int, limit: String)

  /// The exit code of a launch that cannot be meant: EX_CONFIG.
  public static let exitCode: Int32 = 78

  /// 73 for a folder that cannot be written, 71 for a lack of memory, else 78.
  public var exitCode: Int32 {
    switch self {
    case .cannotWrite: 73
    case .memory: 71
    case .differs, .notShared: LaunchError.exitCode
    }
  }

  /// One line that says what was found and what to do.
  public var description: String {
    switch self {
    case .differs(let what, let first, let rank, let found, let remedy):
      "rank 0 has \(what) \(first) but rank \(rank) has \(found): \(remedy)"
    case .notShared(let folder, let rank, let host):
      "\(folder) is not the same folder everywhere: rank \(rank) on \(host) does not see what rank 0 "
        + "writes there; use a folder on a shared file system"
    case .cannotWrite(let folder, let reason): "\(folder): cannot be written: \(reason)"
    case .memory(let host, let needed, let available, let limit):
      "not enough memory on \(host): \(needed >> 20) MiB are needed, \(available >> 20) MiB are left of "
        + "\(limit); fewer ranks a machine, or a smaller model, batch or data set (data.limit_images)"
    }
  }
}
