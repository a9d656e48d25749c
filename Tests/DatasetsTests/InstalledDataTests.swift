import Foundation
import Testing

@testable import Datasets

private let debianFashionMNIST = "/usr/share/datasets/fashion-mnist"

@Suite(
  .enabled(
    if: FileManager.default.fileExists(atPath: debianFashionMNIST),
    "Debian's dataset-fashion-mnist is not installed"))
struct InstalledDataTests {
  @Test func fashionMNISTIsPreparedAsMNISTIs() throws {
    let folder = try TemporaryFolder()
    let output = folder.path + "/fashion.h5"
    try PreparedDataset.prepare(
      configuration(.fashionMNIST), searchFolders: [folder.path], output: output, on: nil)
    let data = try PreparedDataset(output, on: nil)
    #expect(data.name == "fashion-mnist" && data.isLabelled)
    #expect(data.trainingCount == 60_000 && data.validationCount == 10_000)
    #expect(data.height == 28 && data.width == 28)
    var labels = [UInt8](repeating: 99, count: 5)
    try labels.withUnsafeMutableBufferPointer { try data.readTrainingLabels(rows: 0..<5, into: $0) }
    #expect(labels == [9, 0, 0, 3, 0])
    // NumPy's sums of squared pixels, given with two decimals.
    #expect(abs(data.trainingEnergy - 161.85) < 0.005)
    #expect(abs(data.validationEnergy - 161.90) < 0.005)
    let provenance = try #require(Provenance.parse(data.provenance))
    #expect(provenance.folder == debianFashionMNIST)
  }
}
