import Datasets
import Files
import Foundation
import Models
import Training

/// One of several runs that are set side by side.
struct ComparedRun {
  let name: String
  let configuration: ResolvedConfiguration
  /// Metrics by name: the final ones, or those of the last validation.
  let summary: RunSummary
  /// Whether the run has left its summary.
  let isFinished: Bool
  let history: RunHistory
  /// The PNG file of its dictionary, where there is one.
  let dictionary: Data?

  /// Reads what a run has left.
  ///
  /// - Parameter path: The run's folder.
  /// - Throws: ``ComparisonError``; ``ConfigurationError`` for a damaged `config.yaml`.
  init(_ path: String) throws {
    let folder = RunFolder(path)
    guard FileManager.default.fileExists(atPath: folder.configuration) else {
      throw ComparisonError.noRun(path: folder.configuration)
    }
    configuration = try ResolvedConfiguration(savedAt: folder.configuration)
    name = folder.name
    history = try RunHistory(reading: folder.metrics)
    let written = try RunSummary(of: folder, after: history)
    guard let summary = written ?? history.validations.last.map({ RunSummary($0) }) else {
      throw ComparisonError.noResults(path: path, lookedFor: [folder.summary, folder.metrics])
    }
    self.summary = summary
    isFinished = written != nil
    // A picture that cannot be read is not shown.
    dictionary = (try? RegularFile.contents(of: folder.figure("dictionary.png"))).map { Data($0) }
  }

  /// The data set, model and encoder of a run, within which methods compete.
  var contest: String {
    let run = configuration.run
    return "\(run.data.name.rawValue) \(run.model.familyName) \(run.model.architecture)"
  }

  /// The name of its data set.
  var dataName: String { configuration.run.data.name.rawValue }

  /// The digest of the data it was trained on; `nil` where it left none.
  var dataDigest: String? {
    summary.texts["data_sha256"].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether two runs are known to be of different data.
  func hasOtherData(than other: ComparedRun) -> Bool {
    if dataName != other.dataName { return true }
    guard let own = dataDigest, let theirs = other.dataDigest else { return false }
    return own != theirs
  }

  var method: String { configuration.run.training.method.rawValue }
}
