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
      #expect(error.description.contains("t10k-labels-idx1-ubyte[.gz]"))
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

  @Test func deadLeavesNeedNoFiles() throws {
    #expect(DatasetCatalog.locate(.deadLeaves, path: nil, searchFolders: []).isAvailable)
    #expect(try DatasetCatalog.files(.deadLeaves, path: nil, searchFolders: []) == [])
  }
}
