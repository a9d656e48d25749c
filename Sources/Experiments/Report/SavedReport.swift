import Datasets
import Evaluation
import Files
import Foundation
public import MPI
import Reporting

/// Writes the page of a run that is over, or under way elsewhere, from what it has left.
public enum SavedReport {
  /// Writes `report.html` into a run's folder.
  ///
  /// What cannot be found, such as the data or a whole checkpoint, is named on the page, which is
  /// made all the same.
  ///
  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - searchFolders: Folders that may hold original data files.
  ///   - world: The ranks that evaluate together; all must call this.
  ///   - announce: Is told of what takes time, and of damaged files.
  /// - Returns: The page's path.
  /// - Throws: ``ConfigurationError`` where the folder holds no run; what cannot be written.
  public static func write(
    _ folder: String, searchFolders: [String], on world: Communicator, announce: (String) -> Void
  ) throws -> String {
    let folder = RunFolder(folder)
    let yaml = try textFromFirstRank(world) {
      let yaml = try ResolvedConfiguration.text(of: folder.configuration)
      _ = try ResolvedConfiguration(saved: yaml, source: folder.configuration)
      return yaml
    }
    var report = try RunReport(
      folder, configuration: try ResolvedConfiguration(saved: yaml, source: folder.configuration))
    if let damage = report.history.damagedLines.text { announce("warning: \(damage)") }
    do {
      let model = try SavedModel(folder.path, overrides: [], on: world, warn: announce)
      let parts = try model.parts(searchFolders: searchFolders, on: world, announce: announce)
      report.add(parts, step: model.step)
    } catch let error as MPIError {
      throw error
    } catch {
      report.missing.append(
        "Dictionary, images and latents are not shown: there is no model to ask. \(error)")
    }
    try onFirstRank(world) { try folder.writeReport(report.page().html) }
    return folder.report
  }
}

extension RunReport {
  /// Takes what the files of a run say, without its checkpoints.
  ///
  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - configuration: Its configuration.
  /// - Throws: `FileError` where one is there but cannot be read.
  init(_ folder: RunFolder, configuration: ResolvedConfiguration) throws(FileError) {
    let history = try RunHistory(reading: folder.metrics)
    let written = try RunSummary(of: folder, after: history)
    let last = history.validations.last ?? history.steps.last
    self.init(
      name: folder.name, status: written == nil ? .unfinished : .finished,
      configuration: configuration,
      summary: written ?? last.map { RunSummary($0) } ?? RunSummary(), history: history)
    if let damage = history.damagedLines.text {
      missing.append("The log is not whole: \(damage).")
    }
    if written == nil {
      missing.append(
        "There is no summary.json of where the log ends: the run is under way, or has stopped before its end."
      )
    }
  }

  /// Takes what a checkpoint's model shows.
  mutating func add(_ parts: SavedModel.Parts, step: Int) {
    metrics = parts.metrics
    metricsStep = step
    pictures = parts.pictures
    data = parts.data
    missing += parts.missing
    fields = parts.fields
  }
}
