internal import Foundation
public import MPI

extension PreparedDataset {
  /// What `prepare` did.
  public enum Outcome: Sendable {
    /// The file was there already, made with the same options.
    case reused
    /// The file was written.
    case prepared
  }

  /// Makes the prepared file of a data set, unless it is there; every rank calls this.
  ///
  /// Each rank makes a consecutive share of the images. The file's samples do not depend on the
  /// number of ranks, nor do its energies. It is written under another name, sealed, and renamed
  /// when all of it is on disk. A prepared file that is there is kept if it was made with the same
  /// options, and from the same bytes where the original files can be found; else it is replaced.
  /// Files that look as they did when they were last read, by size, times and inode, are not read
  /// again. A file that is no prepared data set, or is damaged, is left alone, with an error.
  ///
  /// - Parameters:
  ///   - configuration: Which data set, and how.
  ///   - searchFolders: Folders that may hold the original files; see ``DatasetCatalog``.
  ///   - output: Where the prepared file shall lie; its folder is made if missing.
  ///   - communicator: The ranks that prepare together; `nil` for this process alone.
  ///   - announce: Is told, before the file is made, that it is, and why; and whether one that was
  ///     there is replaced.
  /// - Returns: Whether there was anything to do.
  /// - Throws: ``DatasetError``, on every rank.
  @discardableResult
  public static func prepare(
    _ configuration: DataConfiguration, searchFolders: [String], output: String,
    on communicator: Communicator?,
    announce: (_ line: String, _ isReplacement: Bool) -> Void = { _, _ in }
  ) throws(DatasetError) -> Outcome {
    if configuration.split == .doves, configuration.name != .vanHateren {
      throw .configuration(
        key: "data.split", found: "doves", expected: "shuffled, as data.name is not van-hateren")
    }
    let options = PreparationOptions(configuration)
    let ranks = Ranks(communicator: communicator)
    // Rank 0 looks for all: a folder may be listed differently on another node, and no file need be
    // read as often as there are ranks.
    var files: [String] = []
    let reason = try ranks.fromFirst { () throws(DatasetError) in
      do throws(DatasetError) {
        files = try DatasetCatalog.files(
          configuration.name, path: configuration.path, searchFolders: searchFolders)
      } catch {
        // Without the original files the prepared one is enough.
        if try reasonToPrepare(output, options, nil) == nil { return reused }
        throw error
      }
      return try reasonToPrepare(output, options, files) ?? reused
    }
    if reason == reused { return .reused }
    announce("preparing \(configuration.name.rawValue)\(reason): \(output)", !reason.isEmpty)
    let agreed = try ranks.broadcast(files.joined(separator: "\n"))
    let preparation = Preparation(
      configuration: configuration, options: options, output: output, ranks: ranks,
      files: agreed.split(separator: "\n").map(String.init))
    try preparation.run()
    return .prepared
  }

  /// What rank 0 says where there is nothing to do.
  private static let reused = "reused"

  /// Sees whether a prepared file can be used.
  ///
  /// - Returns: Why it must be made, as words behind "preparing mnist"; `nil` where it need not.
  /// - Throws: ``DatasetError`` where it is no whole prepared file.
  private static func reasonToPrepare(
    _ output: String, _ options: PreparationOptions, _ files: [String]?
  ) throws(DatasetError) -> String? {
    guard FileManager.default.fileExists(atPath: output) else { return "" }
    var verified = VerifiedFiles(besides: output)
    let existing = try PreparedDataset(output, &verified)
    defer { verified.save() }
    guard let provenance = Provenance.parse(existing.provenance), provenance.options == options
    else { return " anew (it was made with other options)" }
    guard let files, let difference = try provenance.difference(from: files, &verified) else {
      return nil
    }
    return " anew (\(difference) since it was made)"
  }
}
