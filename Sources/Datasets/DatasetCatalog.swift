internal import Foundation

/// The data sets that Shoal knows, and where their files are looked for.
public enum DatasetCatalog {
  /// The names of the four files of a set in MNIST's format; each also as ``stored(_:)`` says.
  static let idxNames = [
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
  ]
  /// The names under which one of them may be stored: `train-images.idx3-ubyte` too, as some
  /// unpacking programs name it, and compressed.
  static func stored(_ idxName: String) -> [String] {
    let dotted = idxName.replacingOccurrences(of: "-idx", with: ".idx")
    return [idxName, dotted].flatMap { [$0, $0 + ".gz", $0 + ".xz"] }
  }

  /// The endings of van Hateren's files; each also with `.gz` or `.xz` behind it.
  static let photographEndings = [".iml", ".imc"]

  /// Where the files of a data set are, or where they were looked for.
  public struct Location: Sendable, Equatable {
    /// The data set.
    public let name: DatasetName
    /// The folders looked in, in this order; none for data that are made on the spot.
    public let lookedIn: [String]
    /// The first of them that holds the files; `nil` if none does.
    public let folder: String?
    /// The names of the files looked for, as patterns.
    public let expected: [String]

    /// Whether the data can be prepared: their files were found, or none are needed.
    public var isAvailable: Bool { folder != nil || expected.isEmpty }
  }

  /// One line on what a data set is.
  ///
  /// - Parameter name: The data set.
  /// - Returns: Such as "handwritten digits, 28 x 28, …".
  public static func summary(of name: DatasetName) -> String {
    switch name {
    case .deadLeaves: "occluding discs in 16 x 16 tiles, made on the spot, no download"
    case .vanHateren: "van Hateren's photographs as in DOVES, 16 x 16 tiles, 1344 a photograph"
    case .mnist: "handwritten digits, 28 x 28, 60,000 + 10,000"
    case .fashionMNIST: "articles of clothing, 28 x 28, 60,000 + 10,000"
    case .cifar16: "CIFAR-10 in grey, 16 x 16 tiles, 4 random crops an image, 200,000 + 40,000"
    }
  }

  /// Looks for the files of a data set.
  ///
  /// - Parameters:
  ///   - name: The data set.
  ///   - path: The only folder to look in, if given, and in its usual subfolders: `data.path`.
  ///   - searchFolders: Otherwise folders that may hold it, in a subfolder `mnist`,
  ///     `fashion-mnist` or `vanhateren`, and CIFAR-10 in `cifar10` or `cifar16`.
  /// - Returns: Where they are.
  public static func locate(
    _ name: DatasetName, path: String?, searchFolders: [String]
  ) -> Location {
    let folders: [String]
    if name == .deadLeaves {
      folders = []
    } else if let path {
      folders = [path] + usualFolders(name, below: path)
    } else {
      folders =
        searchFolders.flatMap { folder in
          let own = subfolders(name).map { folder + "/" + $0 }
          return own
            + (own + [folder]).flatMap { usualFolders(name, below: $0) }.filter {
              !own.contains($0)
            }
        } + systemFolders(name)
    }
    return Location(
      name: name, lookedIn: folders, folder: folders.first { holds(name, $0) },
      expected: patterns(name))
  }

  /// The files of a data set.
  ///
  /// - Returns: Paths; for a set in MNIST's format in the order of `idxNames`.
  /// - Throws: ``DatasetError`` if they are nowhere, or not all there, or one is no regular file.
  static func files(
    _ name: DatasetName, path: String?, searchFolders: [String]
  ) throws(DatasetError) -> [String] {
    let files = try list(name, path: path, searchFolders: searchFolders)
    for file in files { try DatasetError.checkIsFile(file) }
    return files
  }

  private static func list(
    _ name: DatasetName, path: String?, searchFolders: [String]
  ) throws(DatasetError) -> [String] {
    let location = locate(name, path: path, searchFolders: searchFolders)
    if let folder = location.folder { return try files(name, in: folder) }
    if location.isAvailable { return [] }
    guard let path else {
      throw .datasetMissing(
        name: name.rawValue, lookedIn: location.lookedIn, expected: location.expected)
    }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
      throw .unreadable(
        path: path, reason: "it is \(FileKind.name(ofFileAt: path)), expected a folder")
    }
    // A folder with some of the files is the one that was meant, and says which are missing.
    return try files(name, in: location.lookedIn.first { holdsSome(name, $0) } ?? path)
  }

  /// The files of a data set in one folder.
  private static func files(
    _ name: DatasetName, in folder: String
  ) throws(DatasetError) -> [String] {
    switch name {
    case .deadLeaves: return []
    case .vanHateren: return try ImageFolder.files(in: folder, endings: photographEndings)
    case .mnist, .fashionMNIST:
      var paths: [String] = []
      for name in idxNames {
        guard let path = file(folder, stored(name)) else {
          throw .noFiles(folder: folder, patterns: stored(name))
        }
        paths.append(path)
      }
      return paths
    case .cifar16: return try cifarFiles(in: folder)
    }
  }

  /// Whether a folder has all the files, perhaps in disorder.
  private static func holds(_ name: DatasetName, _ folder: String) -> Bool {
    do throws(DatasetError) {
      _ = try files(name, in: folder)
      return true
    } catch {
      switch error {
      case .noFiles, .unreadable: return false
      default: return true
      }
    }
  }

  private static func holdsSome(_ name: DatasetName, _ folder: String) -> Bool {
    switch name {
    case .deadLeaves: true
    case .vanHateren: ImageFolder.holdsFiles(in: folder, endings: photographEndings)
    case .mnist, .fashionMNIST: file(folder, idxNames.flatMap(stored)) != nil
    case .cifar16: file(folder, CIFARBatch.fileNames.flatMap(CIFARBatch.stored)) != nil
    }
  }

  /// The folders below one, as far as they are there, in which other programs put a data set.
  private static func usualFolders(_ name: DatasetName, below folder: String) -> [String] {
    let names: [String] =
      switch name {
      case .deadLeaves: []
      case .mnist: ["mnist", "MNIST", "MNIST/raw", "raw"]
      case .fashionMNIST: ["fashion-mnist", "FashionMNIST", "FashionMNIST/raw", "raw"]
      case .vanHateren: ["vanhateren", "van-hateren"]
      case .cifar16: ["cifar10", "cifar16"]
      }
    return names.map { folder + "/" + $0 }.filter { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && isFolder.boolValue
    }
  }

  private static func subfolders(_ name: DatasetName) -> [String] {
    switch name {
    case .deadLeaves, .mnist, .fashionMNIST: [name.rawValue]
    case .vanHateren: ["vanhateren"]
    case .cifar16: ["cifar10", "cifar16"]
    }
  }

  /// Folders where operating systems put the data: Debian's package `dataset-fashion-mnist`.
  private static func systemFolders(_ name: DatasetName) -> [String] {
    name == .fashionMNIST ? ["/usr/share/datasets/fashion-mnist"] : []
  }

  private static func patterns(_ name: DatasetName) -> [String] {
    switch name {
    case .deadLeaves: []
    case .vanHateren: photographEndings.map { "*\($0)[.xz|.gz]" }
    case .mnist, .fashionMNIST: idxNames.map { $0 + "[.gz|.xz]" }
    case .cifar16: cifarPatterns
    }
  }
}
