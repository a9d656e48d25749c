public import Datasets
import Foundation
public import MPI

/// What the commands about data have to say.
public enum DataReport {
  /// One line for each known data set.
  ///
  /// - Parameter searchFolders: Folders that may hold them.
  /// - Returns: Lines.
  public static func list(_ searchFolders: [String]) -> [String] {
    DatasetName.allCases.map { name in
      let location = DatasetCatalog.locate(name, path: nil, searchFolders: searchFolders)
      let place =
        location.expected.isEmpty
        ? "always there" : location.folder.map { "in \($0)" } ?? "not found"
      return name.rawValue.padding(toLength: 15, withPad: " ", startingAt: 0)
        + place.padding(toLength: max(32, place.count + 2), withPad: " ", startingAt: 0)
        + DatasetCatalog.summary(of: name)
    }
  }

  /// Describes a data set or a prepared file.
  ///
  /// - Parameters:
  ///   - subject: A name, or a path.
  ///   - searchFolders: Folders that may hold original files.
  /// - Returns: Lines.
  /// - Throws: `DatasetError` for a file that is no prepared data, which says what it is;
  ///   ``RunError`` for an unknown name.
  public static func info(_ subject: String, searchFolders: [String]) throws -> [String] {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: subject, isDirectory: &isFolder)
    if exists, isFolder.boolValue {
      // A folder that is called like a data set is not meant by its name.
      if DatasetName(rawValue: subject) == nil { return try describe(folder: subject) }
    } else if exists || subject.contains("/") || subject.hasSuffix(".h5") {
      return describe(try PreparedDataset(subject, on: nil))
    }
    guard let name = DatasetName(rawValue: subject) else {
      throw RunError.unknownName(
        kind: "data set", subject, known: DatasetName.allCases.map(\.rawValue))
    }
    let location = DatasetCatalog.locate(name, path: nil, searchFolders: searchFolders)
    return ["\(name.rawValue): \(DatasetCatalog.summary(of: name))"]
      + location.lookedIn.map { "looked in \($0)\($0 == location.folder ? ": found" : "")" }
      + (location.expected.isEmpty
        ? [] : ["files: \(location.expected.joined(separator: ", "))"])
  }

  /// Prepares data and describes the file.
  ///
  /// - Parameters:
  ///   - configuration: Which data, and how.
  ///   - output: The file; by default in the folder where training looks for it.
  ///   - searchFolders: Folders that may hold original files.
  ///   - world: The ranks that prepare together; all must call this.
  /// - Returns: Lines.
  /// - Throws: `DatasetError`.
  public static func prepare(
    _ configuration: DataConfiguration, output: String?, searchFolders: [String],
    on world: Communicator
  ) throws -> [String] {
    let path = output ?? RunData.path(configuration, runFolder: "runs/any")
    let outcome = try PreparedDataset.prepare(
      configuration, searchFolders: searchFolders, output: path, on: world)
    let verb = outcome == .reused ? "already prepared" : "prepared"
    return ["\(path): \(verb)"] + describe(try PreparedDataset(path, on: nil))
  }

  /// Says which data sets lie in a folder.
  private static func describe(folder: String) throws -> [String] {
    let found = DatasetName.allCases.compactMap { name -> String? in
      let location = DatasetCatalog.locate(name, path: folder, searchFolders: [])
      return location.folder.map {
        "\(name.rawValue) in \($0): \(DatasetCatalog.summary(of: name))"
      }
    }
    guard found.isEmpty else { return found }
    throw RunError.unknownName(
      kind: "data set in the folder", folder, known: DatasetName.allCases.map(\.rawValue))
  }

  private static func describe(_ data: borrowing PreparedDataset) -> [String] {
    [
      "\(data.name), \(data.height) x \(data.width) pixels",
      "training   \(data.trainingCount) samples, mean energy \(formatted(data.trainingEnergy))",
      "validation \(data.validationCount) samples, mean energy \(formatted(data.validationEnergy))",
      "labels     \(data.isLabelled ? "yes" : "no")",
    ] + (data.digest.samples.isEmpty ? [] : ["sha256     \(data.digest.samples)"])
      + data.notes.map { "warning: \($0)" }
  }
}
