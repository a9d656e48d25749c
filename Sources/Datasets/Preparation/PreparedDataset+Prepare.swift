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
  /// number of ranks, nor do its energies. It is written under another name and renamed when all
  /// of it is on disk. A prepared file that is there is kept if it was made with the same options,
  /// and from files of the same names and sizes where the original files can be found; else it is
  /// replaced. A file that is no prepared data set is left alone, with an error.
  ///
  /// - Parameters:
  ///   - configuration: Which data set, and how.
  ///   - searchFolders: Folders that may hold the original files; see ``DatasetCatalog``.
  ///   - output: Where the prepared file shall lie; its folder is made if missing.
  ///   - communicator: The ranks that prepare together; `nil` for this process alone.
  /// - Returns: Whether there was anything to do.
  /// - Throws: ``DatasetError``.
  @discardableResult
  public static func prepare(
    _ configuration: DataConfiguration, searchFolders: [String], output: String,
    on communicator: Communicator?
  ) throws(DatasetError) -> Outcome {
    if configuration.split == .doves, configuration.name != .vanHateren {
      throw .configuration(
        key: "data.split", found: "doves", expected: "shuffled, as data.name is not van-hateren")
    }
    let files: [String]?
    let missing: DatasetError?
    do throws(DatasetError) {
      files = try DatasetCatalog.files(
        configuration.name, path: configuration.path, searchFolders: searchFolders)
      missing = nil
    } catch {
      files = nil
      missing = error
    }
    let options = PreparationOptions(configuration)
    let ranks = Ranks(communicator: communicator)
    if try ranks.all(try isReusable(output, options, files)) { return .reused }
    if let missing { throw missing }
    // A folder may be listed differently on another node; the ranks must agree.
    let agreed = try ranks.broadcast((files ?? []).joined(separator: "\n"))
    let preparation = Preparation(
      configuration: configuration, options: options, output: output, ranks: ranks,
      files: agreed.split(separator: "\n").map(String.init))
    try preparation.run()
    return .prepared
  }

  private static func isReusable(
    _ output: String, _ options: PreparationOptions, _ files: [String]?
  ) throws(DatasetError) -> Bool {
    guard FileManager.default.fileExists(atPath: output) else { return false }
    let existing = try PreparedDataset(output, on: nil)
    guard let provenance = Provenance.parse(existing.provenance) else { return false }
    return provenance.options == options && (files.map { provenance.describes($0) } ?? true)
  }
}
