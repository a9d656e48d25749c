public import Datasets
import Foundation
public import MPI

/// The prepared data of a run.
public enum RunData {
  /// Where the prepared data of a run lie.
  ///
  /// - Parameters:
  ///   - configuration: The data's configuration.
  ///   - runFolder: The run's folder; the cache lies beside it unless the configuration names one.
  /// - Returns: The path of the file, which need not exist.
  public static func path(_ configuration: DataConfiguration, runFolder: String) -> String {
    let parent = URL(fileURLWithPath: runFolder).deletingLastPathComponent()
    let cache = configuration.cache ?? parent.appendingPathComponent("prepared").path
    return "\(cache)/\(configuration.preparedFileName)"
  }

  /// Prepares the data unless they are, and opens them.
  ///
  /// - Parameters:
  ///   - configuration: The data's configuration.
  ///   - runFolder: The run's folder.
  ///   - searchFolders: Folders that may hold the original files.
  ///   - communicator: The ranks that prepare together.
  ///   - announce: Is told once that the data are being prepared.
  ///   - warn: Is told instead why they are prepared anew.
  /// - Returns: The data, which each rank reads on its own.
  /// - Throws: `DatasetError`.
  public static func open(
    _ configuration: DataConfiguration, runFolder: String, searchFolders: [String],
    on communicator: Communicator, announce: (String) -> Void,
    warn: (String) -> Void
  ) throws(DatasetError) -> PreparedDataset {
    let path = path(configuration, runFolder: runFolder)
    try PreparedDataset.prepare(
      configuration, searchFolders: searchFolders, output: path, on: communicator
    ) { line, isReplacement in isReplacement ? warn(line) : announce(line) }
    return try PreparedDataset(path, on: nil, isVerified: true)
  }
}
