import Foundation
import Tensors
import Testing

@testable import Datasets

/// Whether CIFAR-10 is among the real data.
private let hasRealCIFAR = DatasetCatalog.locate(.cifar16, path: nil, searchFolders: [realData])
  .isAvailable

@Suite(.enabled(if: hasRealData, "the real data sets are not at \(realData)"))
struct RealDataTests {
  @Test func mnistHasItsOfficialImages() throws {
    let folder = try TemporaryFolder()
    let output = folder.path + "/mnist.h5"
    try PreparedDataset.prepare(
      configuration(.mnist, limit: 1000), searchFolders: [realData], output: output, on: nil)
    let data = try PreparedDataset(output, on: nil)
    #expect(data.trainingCount == 1000 && data.validationCount == 1000)
    #expect(data.height == 28 && data.width == 28)
    var labels = [UInt8](repeating: 99, count: 5)
    try labels.withUnsafeMutableBufferPointer { try data.readTrainingLabels(rows: 0..<5, into: $0) }
    #expect(labels == [5, 0, 4, 1, 9])
    let whole = try IDXFile.images(realData + "/mnist/train-images-idx3-ubyte.gz")
    #expect(whole.shape == [60_000, 28, 28])
    let test = try IDXFile.labels(realData + "/mnist/t10k-labels-idx1-ubyte.gz")
    #expect(test.shape == [10_000])
  }

  /// Σ‖x‖²/1344 of three photographs, by NumPy and SciPy with the functions of
  /// `make_pipeline_fixture.py` in double precision.
  @Test(arguments: [
    ("imk00206", 122.916379), ("imk00220", 199.000611), ("imk00354", 221.584885),
  ])
  func photographsHaveTheEnergyThatNumPyFinds(name: String, energy: Double) throws {
    let image = AlignedBuffer<Float>(count: 768 * 1024, repeating: 0)
    try VanHaterenImage.read("\(realData)/vanhateren/\(name).iml.xz", into: image.elements)
    let samples = AlignedBuffer<Float>(count: 1344 * 256, repeating: 0)
    TilePipeline(whitening: .published).process(
      image.elements, height: 768, width: 1024, into: samples.elements)
    let found = samples.elements.reduce(0) { $0 + Double($1) * Double($1) } / 1344
    // Single against double precision, the errors of 344,064 values being independent.
    #expect(abs(found - energy) < 1e-3)
  }

  @Test func photographsArePreparedInTheOrderOfDOVES() throws {
    let folder = try TemporaryFolder()
    let output = folder.path + "/photographs.h5"
    try PreparedDataset.prepare(
      configuration(.vanHateren, split: .doves, limit: 3), searchFolders: [realData],
      output: output, on: nil)
    let data = try PreparedDataset(output, on: nil)
    #expect(data.trainingCount == 2 * 1344 && data.validationCount == 1344)
    let provenance = try #require(Provenance.parse(data.provenance))
    #expect(provenance.training == ["imk04205", "imk04145"])
    #expect(provenance.validation == ["imk00152"])
    // NumPy's again, of these three.
    #expect(abs(data.trainingEnergy - (210.211763 + 182.597046) / 2) < 1e-3)
    #expect(abs(data.validationEnergy - 198.162747) < 1e-3)
  }

  @Test func allPhotographsAreInTheDOVESTable() throws {
    let files = try DatasetCatalog.files(.vanHateren, path: nil, searchFolders: [realData])
    #expect(files.count == 100)
    let parts = try ImageSplit.dovesParts(of: files, limit: nil)
    #expect(parts.training.count == 79 && parts.validation.count == 21)
  }

  /// Σ‖x‖²/200 of the crops of the first 50 images, by `make_cifar_fixture.py` in double precision.
  @Test(.enabled(if: hasRealCIFAR, "CIFAR-10 is not at \(realData)"))
  func cropsOfCIFARHaveTheEnergyThatNumPyFinds() throws {
    let folder = try TemporaryFolder()
    let output = folder.path + "/cifar.h5"
    let cifar = configuration(.cifar16, limit: 50)
    try PreparedDataset.prepare(cifar, searchFolders: [realData], output: output, on: nil)
    let data = try PreparedDataset(output, on: nil)
    #expect(data.trainingCount == 200 && data.validationCount == 200)
    // Single against double precision, the errors of 51,200 values being independent.
    #expect(abs(data.trainingEnergy - 220.504012) < 1e-3)
    #expect(abs(data.validationEnergy - 217.377025) < 1e-3)
    var labels = [UInt8](repeating: 99, count: 20)
    try labels.withUnsafeMutableBufferPointer {
      try data.readTrainingLabels(rows: 0..<20, into: $0)
    }
    #expect(labels == [6, 9, 9, 4, 1].flatMap { [UInt8](repeating: $0, count: 4) })
  }

  @Test(.enabled(if: hasRealCIFAR, "CIFAR-10 is not at \(realData)"))
  func batchesOfCIFARHave10000Images() throws {
    let extent = try DatasetExtent(of: configuration(.cifar16), searchFolders: [realData])
    let files = try DatasetCatalog.files(.cifar16, path: nil, searchFolders: [realData])
    #expect(extent.training == (files.count - 1) * 40_000 && extent.validation == 40_000)
    #expect(extent.height == 16 && extent.width == 16)
  }
}
