import Foundation
import Testing

@testable import Datasets

struct DatasetCatalogTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func looksInThePathOrElseInTheSearchFolders() throws {
    for name in DatasetCatalog.idxNames {
      _ = try folder.write([], "mnist/\(name)" + (name.contains("labels") ? "" : ".gz"))
    }
    let found = DatasetCatalog.locate(.mnist, path: nil, searchFolders: ["/none", folder.path])
    #expect(found.lookedIn == ["/none/mnist", folder.path + "/mnist"])
    #expect(found.folder == folder.path + "/mnist")
    #expect(found.isAvailable)
    let files = try DatasetCatalog.files(.mnist, path: nil, searchFolders: [folder.path])
    #expect(files.count == 4)
    #expect(files[0] == folder.path + "/mnist/train-images-idx3-ubyte.gz")
    #expect(files[3] == folder.path + "/mnist/t10k-labels-idx1-ubyte")
    let given = DatasetCatalog.locate(.mnist, path: "/none", searchFolders: [folder.path])
    #expect(given.lookedIn == ["/none"])
    #expect(!given.isAvailable)
  }

  @Test func saysWhereItLookedAndForWhat() throws {
    do {
      _ = try DatasetCatalog.files(.mnist, path: nil, searchFolders: ["/none"])
      Issue.record("found MNIST in /none")
    } catch {
      #expect(error.exitCode == 66)
      #expect(error.description.contains("mnist not found (looked in: /none/mnist)"))
      #expect(error.description.contains("t10k-labels-idx1-ubyte[.gz|.xz]"))
    }
    expectFailure(of: folder.path, "no file named train-images-idx3-ubyte or") {
      _ = try DatasetCatalog.files(.mnist, path: folder.path, searchFolders: [])
    }
    expectFailure(of: folder.path, "no file named *.iml or *.iml.gz") {
      _ = try DatasetCatalog.files(.vanHateren, path: folder.path, searchFolders: [])
    }
  }

  @Test func knowsWhereDebianPutsFashionMNIST() {
    let location = DatasetCatalog.locate(.fashionMNIST, path: nil, searchFolders: ["/none"])
    #expect(
      location.lookedIn == ["/none/fashion-mnist", "/usr/share/datasets/fashion-mnist"])
  }

  private func cifarFiles(_ path: String? = nil) throws -> [String] {
    try DatasetCatalog.files(.cifar16, path: path, searchFolders: ["/none", folder.path])
  }

  @Test(arguments: ["cifar10", "cifar16"])
  func usesTheTrainingBatchesOfCIFARThatAreThere(subfolder: String) throws {
    for name in ["data_batch_2.bin", "data_batch_4.bin.xz", "test_batch.bin.gz", "readme.html"] {
      _ = try folder.write([], "\(subfolder)/cifar-10-batches-bin/\(name)")
    }
    let found = DatasetCatalog.locate(
      .cifar16, path: nil, searchFolders: ["/none", folder.path])
    #expect(found.isAvailable)
    #expect(found.folder == "\(folder.path)/\(subfolder)")
    #expect(found.lookedIn.prefix(2) == ["/none/cifar10", "/none/cifar16"])
    let place = "\(folder.path)/\(subfolder)/cifar-10-batches-bin/"
    let expected = ["data_batch_2.bin", "data_batch_4.bin.xz", "test_batch.bin.gz"]
      .map { place + $0 }
    #expect(try cifarFiles() == expected)
    #expect(try cifarFiles("\(folder.path)/\(subfolder)") == expected)
    #expect(try cifarFiles(place) == expected.map { place + "/" + $0.dropFirst(place.count) })
  }

  @Test func namesWhatIsMissingOfCIFAR() throws {
    let data = folder.path + "/cifar10"
    expectFailure(of: data, "no file named data_batch_1.bin or") { _ = try cifarFiles(data) }
    _ = try folder.write([], "cifar10/test_batch.bin")
    expectFailure(of: data, "or cifar-10-binary.tar.gz") { _ = try cifarFiles(data) }
    expectFailure(of: "data set cifar16 not found", "(at least one) and test_batch.bin") {
      _ = try cifarFiles()
    }
    try FileManager.default.removeItem(atPath: data + "/test_batch.bin")
    _ = try folder.write([], "cifar10/data_batch_1.bin")
    expectFailure(of: data, "no file named test_batch.bin or test_batch.bin.gz or") {
      _ = try cifarFiles(data)
    }
    // The whole archive is better than a part of what it unpacks into.
    let archive = try folder.write([], "cifar10/cifar-10-binary.tar.gz")
    #expect(try cifarFiles() == [archive])
    let test = try folder.write([], "cifar10/test_batch.bin")
    #expect(try cifarFiles() == [data + "/data_batch_1.bin", test])
  }

  @Test(arguments: [
    ("MNIST/raw", DatasetName.mnist), ("raw", .mnist), ("mnist", .mnist),
    ("FashionMNIST/raw", .fashionMNIST),
  ])
  func filesBelowThePathAreFoundUnderTheirOtherNames(below: String, name: DatasetName) throws {
    let stored = [
      "train-images.idx3-ubyte", "train-labels-idx1-ubyte.xz", "t10k-images.idx3-ubyte.gz",
      "t10k-labels-idx1-ubyte",
    ]
    for file in stored { _ = try folder.write([], "\(below)/\(file)") }
    let files = try DatasetCatalog.files(name, path: folder.path, searchFolders: [])
    #expect(files == stored.map { "\(folder.path)/\(below)/\($0)" })
    #expect(
      try DatasetCatalog.files(name, path: "\(folder.path)/\(below)", searchFolders: []) == files)
  }

  @Test func aFolderWithSomeOfTheFilesNamesThoseThatAreMissing() throws {
    _ = try folder.write([], "MNIST/raw/train-images-idx3-ubyte")
    expectFailure(of: "\(folder.path)/MNIST/raw", "no file named train-labels-idx1-ubyte or") {
      _ = try DatasetCatalog.files(.mnist, path: folder.path, searchFolders: [])
    }
    let file = try folder.write([0, 0, 8, 3], "file")
    expectFailure(of: file, "it is IDX images, expected a folder") {
      _ = try DatasetCatalog.files(.mnist, path: file, searchFolders: [])
    }
  }

  @Test func companionsThatBeginWithAFullStopArePassedOver() throws {
    let photograph = try folder.write([], "imk00031.iml")
    for name in ["._imk00031.iml", ".hidden.iml.gz", ".DS_Store"] {
      _ = try folder.write([0, 5, 0x16, 7], name)
    }
    let files = try DatasetCatalog.files(.vanHateren, path: folder.path, searchFolders: [])
    #expect(files == [photograph])
  }

  @Test func deadLeavesNeedNoFiles() throws {
    #expect(DatasetCatalog.locate(.deadLeaves, path: nil, searchFolders: []).isAvailable)
    #expect(try DatasetCatalog.files(.deadLeaves, path: nil, searchFolders: []) == [])
  }
}
