/// How much data a configuration means, found out without preparing it.
public struct DatasetExtent: Sendable, Equatable {
  /// Pixels down.
  public let height: Int
  /// Pixels across.
  public let width: Int
  /// Number of training samples.
  public let training: Int
  /// Number of validation samples.
  public let validation: Int

  /// Looks at the original files, of which those of small images are read.
  ///
  /// - Parameters:
  ///   - configuration: Which data set, and how.
  ///   - searchFolders: Folders that may hold the original files.
  /// - Throws: ``DatasetError`` if they are missing or damaged.
  public init(
    of configuration: DataConfiguration, searchFolders: [String]
  ) throws(DatasetError) {
    let files = try DatasetCatalog.files(
      configuration.name, path: configuration.path, searchFolders: searchFolders)
    switch configuration.name {
    case .deadLeaves: self.init(try DeadLeavesSource(configuration))
    case .vanHateren: self.init(try PhotographSource(files, configuration))
    case .mnist, .fashionMNIST:
      self.init(try LabelledSource(files, limit: configuration.limitImages))
    case .cifar16: self.init(try CIFARSource(files, configuration))
    }
  }

  private init<S: SampleSource & ~Copyable>(_ source: borrowing S) {
    height = source.height
    width = source.width
    training = source.training.reduce(0) { $0 + $1.samples }
    validation = source.validation.reduce(0) { $0 + $1.samples }
  }
}
