internal import Foundation

extension DatasetCatalog {
  /// The files of CIFAR-10's binary version, as patterns.
  static let cifarPatterns = [
    "data_batch_1.bin to data_batch_5.bin (at least one) and test_batch.bin, each [.gz|.xz]",
    "or \(CIFARBatch.archiveName)",
  ]

  /// The folder into which the archive unpacks.
  private static let cifarSubfolder = "cifar-10-batches-bin"

  /// The files of CIFAR-10 in a folder, or in the subfolder into which the archive unpacks.
  ///
  /// - Returns: The training batches that are there and the test batch; the archive's path where
  ///   one of both kinds is missing.
  /// - Throws: ``DatasetError/noFiles(folder:patterns:)`` if there is neither.
  static func cifarFiles(in folder: String) throws(DatasetError) -> [String] {
    var failure: DatasetError?
    for place in [folder, folder + "/" + cifarSubfolder] {
      let training = CIFARBatch.trainingNames.compactMap { file(place, CIFARBatch.stored($0)) }
      let testNames = CIFARBatch.stored(CIFARBatch.testName)
      if training.isEmpty { continue }
      if let test = file(place, testNames) { return training + [test] }
      failure = .noFiles(folder: place, patterns: testNames)
    }
    if let archive = file(folder, [CIFARBatch.archiveName]) { return [archive] }
    throw failure
      ?? .noFiles(
        folder: folder, patterns: CIFARBatch.stored("data_batch_1.bin") + [CIFARBatch.archiveName])
  }

  /// The first of some names that a folder has, as a path.
  static func file(_ folder: String, _ names: [String]) -> String? {
    names.map { folder + "/" + $0 }.first { FileManager.default.fileExists(atPath: $0) }
  }
}
