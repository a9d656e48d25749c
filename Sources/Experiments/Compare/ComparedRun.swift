import Datasets
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
    history = RunHistory(reading: folder.metrics)
    let written = RunSummary(of: folder, after: history)
    guard let summary = written ?? history.validations.last.map({ RunSummary($0) }) else {
      throw ComparisonError.noResults(path: path, lookedFor: [folder.summary, folder.metrics])
    }
    self.summary = summary
    isFinished = written != nil
    dictionary = FileManager.default.contents(atPath: folder.figure("dictionary.png"))
  }

  /// The data set, model and encoder of a run, within which methods compete.
  var contest: String {
    let run = configuration.run
    return "\(run.data.name.rawValue) \(run.model.familyName) \(run.model.architecture)"
  }

  var method: String { configuration.run.training.method.rawValue }
}
